using Headroom.Bench.Timing;

namespace Headroom.Bench.Load;

/// <summary>How long some requests of an open loop took, in milliseconds.</summary>
internal sealed record OpenLoopTimes(int Count, double P50, double P99, double Max)
{
    public static OpenLoopTimes Of(IEnumerable<OpenLoopResult> results)
    {
        var times = results.Select(result => result.Milliseconds).Order().ToArray();
        return new OpenLoopTimes(times.Length, Percentile.Of(times, 50), Percentile.Of(times, 99), Percentile.Of(times, 100));
    }
}
