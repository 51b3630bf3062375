namespace Headroom.Bench.Load;

/// <summary>What became of all requests of an open loop.</summary>
/// <param name="Seconds">How long they came.</param>
/// <param name="Outcomes">How many were answered how.</param>
/// <param name="Times">Of those that the server did.</param>
internal sealed record OpenLoopReport(double Seconds, IReadOnlyDictionary<string, int> Outcomes, OpenLoopTimes Times)
{
    public double PerSecond => Times.Count / Seconds;

    public static OpenLoopReport Of(IReadOnlyCollection<OpenLoopResult> results, double seconds) =>
        new(seconds, results.CountBy(result => result.Outcome).ToDictionary(), OpenLoopTimes.Of(results.Where(result => result.IsDone)));

    /// <summary>What no server may answer: it does what it is asked, or says when to come back.</summary>
    /// <param name="alsoProper">Other outcomes that are.</param>
    public IEnumerable<string> Problems(params string[] alsoProper)
    {
        if (Outcomes.Where(of => of.Key is not ("200" or "503") && !alsoProper.Contains(of.Key)).ToList() is { Count: > 0 } improper)
            yield return $"improper answers ({Words.Counts(improper)})";
        if (Times.Count == 0)
            yield return "no right answer";
    }
}
