namespace Headroom.Bench.Scenarios;

/// <summary>One server under a steady load for a long time. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
public sealed record SoakRow(string Target, long Limit, string? StartProblem, MixRun? Run)
{
    /// <summary>The most that the floor may rise and still be called flat, in bytes: a few segments and pages more or less.</summary>
    public const long Flat = 8 * 1048576;

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
        if (FloorLast - FloorFirst > Flat)
            yield return string.Create(CultureInfo.InvariantCulture, $"the floor rose by {(FloorLast - FloorFirst) / 1048576.0:0.0} MiB");
        if (Run.Watch.LeakSaidAfter is not null)
            yield return "the trend said leak";
        if (Run.Load.Right == 0)
            yield return "no right answer";
    }
}
