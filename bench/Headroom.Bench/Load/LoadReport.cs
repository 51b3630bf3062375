using Headroom.Bench.Timing;

namespace Headroom.Bench.Load;

/// <summary>What the load client saw; it prints this on its standard output. Times are in milliseconds.</summary>
/// <param name="Requests">The measured ones.</param>
/// <param name="Right">Answered 200 with the right person.</param>
/// <param name="Outcomes">How many requests ended how.</param>
/// <param name="WarmupOutcomes">The same of the requests before the measured ones.</param>
/// <param name="Seconds">From the start of all clients to the last answer.</param>
/// <param name="P50">Of the right answers, like the figures after it; zero when there are none.</param>
internal sealed record LoadReport(
    int Requests,
    int Right,
    IReadOnlyDictionary<string, int> Outcomes,
    IReadOnlyDictionary<string, int> WarmupOutcomes,
    double Seconds,
    double P50,
    double P95,
    double P99,
    double Max)
{
    public double RightPerSecond => Seconds > 0 ? Right / Seconds : 0;

    public static LoadReport From(IReadOnlyCollection<Answer> warmup, IReadOnlyCollection<Answer> measured, TimeSpan duration)
    {
        var times = measured.Where(answer => answer.IsRight).Select(answer => answer.Milliseconds).Order().ToArray();
        return new LoadReport(
            measured.Count, times.Length, Count(measured), Count(warmup), duration.TotalSeconds,
            Percentile.Of(times, 50), Percentile.Of(times, 95), Percentile.Of(times, 99), Percentile.Of(times, 100));
    }

    private static SortedDictionary<string, int> Count(IEnumerable<Answer> answers) =>
        new(answers.GroupBy(answer => answer.Outcome).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal);
}
