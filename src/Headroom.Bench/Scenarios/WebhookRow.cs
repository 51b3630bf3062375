using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Submissions;

namespace Headroom.Bench.Scenarios;

/// <summary>Submissions to one server under one limit. Times are in milliseconds, from the moment a submission was due.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="LoadedMilliseconds">When the model was loaded, since the first answer of <c>/health</c>.</param>
/// <param name="IndexedMilliseconds">When all could be found by what they mean.</param>
/// <param name="Outcomes">How many were answered how.</param>
/// <param name="Early">Those that were due before the model was loaded.</param>
/// <param name="All">All.</param>
/// <param name="Lost">Acknowledged and not found.</param>
/// <param name="Twice">Found more than once.</param>
/// <param name="Unseen">Of <paramref name="Looked"/>: not found by their meaning.</param>
public sealed record WebhookRow(string Target, long Limit, string? StartProblem, double LoadedMilliseconds, double IndexedMilliseconds, IReadOnlyDictionary<string, int> Outcomes, OpenLoopTimes Early, OpenLoopTimes All, int Lost, int Twice, int Looked, int Unseen, MemoryPeaks Peaks, long OomKills)
{
    /// <summary>The longest that 99 of 100 submissions may take.</summary>
    public const double SlowestSubmission = 20;

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        if (Outcomes.Where(of => of.Key != "200").ToList() is { Count: > 0 } others)
            yield return Words.Counts(others);
        foreach (var problem in new SubmissionCheck(Lost, Twice, Looked, Unseen).Problems())
            yield return problem;
        if (All.P99 > SlowestSubmission)
            yield return string.Create(CultureInfo.InvariantCulture, $"p99 {All.P99:0.0} ms");
    }
}
