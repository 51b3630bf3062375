using Headroom.Bench.Load;

namespace Headroom.Bench.Scenarios;

/// <summary>One server while its limit was changed under it.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="Phases">One for each limit, in order.</param>
public sealed record LowerLimitRow(string Target, string? StartProblem, MixRun? Run, IReadOnlyList<LimitPhase> Phases)
{
    /// <summary>«ok», or what was wrong in one phase.</summary>
    public string Verdict(LimitPhase phase)
    {
        if (Run is null)
            return StartProblem ?? "not run";
        return Words.Verdict(Problems(phase, phase.Of(Run.Load)));
    }

    private static IEnumerable<string> Problems(LimitPhase phase, LoadSecond load)
    {
        if (phase.OomKills > 0)
            yield return $"{phase.OomKills} × killed";
        if (phase.AcceptedAfter is null)
            yield return "the kernel could not take the memory back";
        if (phase.Peaks.Unreclaimable > phase.Limit)
            yield return "over the limit";
        if (load.Improper > 0)
            yield return $"{load.Improper} improper answers";
        if (load.Right == 0)
            yield return "no right answer";
    }
}
