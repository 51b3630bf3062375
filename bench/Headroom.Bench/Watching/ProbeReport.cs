using Headroom.Bench.Timing;

namespace Headroom.Bench.Watching;

/// <summary>How <c>/health</c> was answered. Times are in milliseconds, from the moment a probe was due.</summary>
/// <param name="Failures">How many probes were refused, cut off or answered otherwise than 200, by what happened.</param>
internal sealed record ProbeReport(int Probes, IReadOnlyDictionary<string, int> Failures, double P50, double P99, double Max)
{
    public int Failed => Failures.Values.Sum();

    public static ProbeReport From(IReadOnlyCollection<double> milliseconds, IReadOnlyCollection<string> failures)
    {
        var times = milliseconds.Order().ToArray();
        return new ProbeReport(
            times.Length + failures.Count,
            failures.GroupBy(kind => kind).ToDictionary(group => group.Key, group => group.Count()),
            Percentile.Of(times, 50), Percentile.Of(times, 99), Percentile.Of(times, 100));
    }
}
