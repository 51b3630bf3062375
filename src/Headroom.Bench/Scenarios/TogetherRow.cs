using Headroom.Bench.Searches;

namespace Headroom.Bench.Scenarios;

/// <summary>All services of one server at once, under one limit.</summary>
/// <param name="Limit">In bytes.</param>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
public sealed record TogetherRow(long Limit, string? StartProblem, TogetherRun? Run)
{
    public string Verdict => StartProblem ?? Words.Verdict(Run is null ? [] : Problems(Run));

    private IEnumerable<string> Problems(TogetherRun run) =>
    [
        .. run.Ends(Limit),
        .. Of("clock-ins", [.. run.ClockIns.Problems(), .. run.ClockIns.Right == 0 ? ["no right answer"] : Array.Empty<string>()]),
        .. Of("uploads", [.. run.Uploads.Problems(), .. run.Uploads.Completed == 0 ? ["none complete"] : Array.Empty<string>()]),
        .. Of("submissions", [.. run.Submissions.Problems(), .. run.Stored?.Problems() ?? ["not looked for"]]),
        .. Of("searches", run.Searches.Problems(SearchQueries.WordsAlone)),
        .. run.FailedProbes(), .. run.SlowProbes(), .. run.Unexplained(), .. Memory(run),
    ];

    private static IEnumerable<string> Of(string load, IEnumerable<string> problems) => problems.Select(problem => $"{load}: {problem}");

    private static IEnumerable<string> Memory(TogetherRun run)
    {
        if (run.Watch.Worst is null)
            yield return "/memory-status never answered";
        if (run.Watch.LeakSaidAfter is not null)
            yield return "the trend said leak";
    }
}
