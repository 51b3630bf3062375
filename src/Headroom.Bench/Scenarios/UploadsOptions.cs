namespace Headroom.Bench.Scenarios;

/// <summary>How many uploads of what length.</summary>
/// <param name="Cases">Of <see cref="UploadsScenario.Cases"/>.</param>
/// <param name="Crowd">Files at once in the crowd.</param>
/// <param name="ToS3">Files at once to S3.</param>
/// <param name="FileBytes">Length of each of them, in bytes.</param>
/// <param name="Files">Files of mixed length.</param>
/// <param name="Clients">How many of the mixed files at once.</param>
/// <param name="Seed">Draws their lengths.</param>
public sealed record UploadsOptions(IReadOnlyList<string> Cases, int Crowd, int ToS3, long FileBytes, int Files, int Clients, int Seed);
