using Headroom.Bench.Photos;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>What every scenario works with.</summary>
/// <param name="Program">What runs the load client.</param>
/// <param name="Targets">The servers to measure, in order.</param>
/// <param name="Limits">The memory limits to measure under, in bytes.</param>
/// <param name="Progress">Where a line is written when something was measured.</param>
public sealed record Subject(Repository Repository, HeadroomProgram Program, TestPhotos Photos, IReadOnlyList<ITarget> Targets, IReadOnlyList<long> Limits, TextWriter Progress)
{
    public Task<MeasuredServer> StartAsync(ITarget target, long limit, bool preload, CancellationToken cancellationToken) =>
        MeasuredServer.StartAsync(target, Repository, limit, preload, cancellationToken);
}
