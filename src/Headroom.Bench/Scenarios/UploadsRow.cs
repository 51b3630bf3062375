namespace Headroom.Bench.Scenarios;

/// <summary>One kind of uploads under one limit. Memory is in bytes.</summary>
/// <param name="Case">Which kind.</param>
/// <param name="Wanted">The most unreclaimable memory that it may take; null for the limit.</param>
/// <param name="Flat">Whether memory has to be as low at the end as at the beginning.</param>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
public sealed record UploadsRow(string Case, long Limit, long? Wanted, bool Flat, string? StartProblem, UploadRun? Run)
{
    private const string Healthy = "healthy";

    /// <summary>The least unreclaimable memory of the first third, its first tenth left out: then it still warms up.</summary>
    public long FloorFirst => Run?.Watch.Floor(0.1, 1 / 3.0) ?? 0;

    /// <summary>The least unreclaimable memory of the last third.</summary>
    public long FloorLast => Run?.Watch.Floor(2 / 3.0, 1) ?? 0;

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (Run is null)
            yield break;
        foreach (var problem in Run.Problems(Limit))
            yield return problem;
        if (Run.Peaks.Unreclaimable > Wanted)
            yield return string.Create(CultureInfo.InvariantCulture, $"more than {Wanted / 1048576.0:0} MiB");
        if (!Flat)
            yield break;
        if (FloorLast - FloorFirst > SoakRow.Flat)
            yield return string.Create(CultureInfo.InvariantCulture, $"the floor rose by {(FloorLast - FloorFirst) / 1048576.0:0.0} MiB");
        if (Run.Watch.LeakSaidAfter is not null || Run.Watch.LastTrend != Healthy)
            yield return $"the trend said {(Run.Watch.LeakSaidAfter is null ? Run.Watch.LastTrend ?? "nothing" : "leak")}";
    }
}
