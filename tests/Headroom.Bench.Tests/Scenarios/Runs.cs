using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Tests.Scenarios;

/// <summary>Runs as they come out when nothing is wrong, to be changed by what a test is about.</summary>
internal static class Runs
{
    public const long Limit = 512 * 1048576L;

    /// <param name="rightPerSecond">Right answers in each of the ten seconds.</param>
    public static MixRun Fine(params int[] rightPerSecond)
    {
        var seconds = rightPerSecond.Length > 0 ? rightPerSecond : [.. Enumerable.Repeat(10, 10)];
        var load = new MixReport(
            StartedAt: 0, seconds.Length, [.. seconds.Select(right => new LoadSecond(right, 1, 0))],
            new Dictionary<string, IReadOnlyDictionary<string, int>> { ["Good"] = new Dictionary<string, int> { ["200 accepted"] = seconds.Sum() } },
            new Dictionary<string, int>(), NotSent: 0, MostOpen: 5, LatestArrival: 1, P50: 80, P95: 90, P99: 100, Max: 120);
        return new MixRun(load, Seen(Limit / 2));
    }

    /// <param name="peak">In bytes.</param>
    public static ObservedRun Seen(long peak) =>
        new(new ProbeReport(100, new Dictionary<string, int>(), 2, 20, 40), Watch(), OomKills: 0, IsGone: false, Peak(peak));

    /// <param name="unreclaimable">In bytes, one a second.</param>
    public static WatchReport Watch(params long[] unreclaimable) =>
        new(
            [.. unreclaimable.Select((bytes, second) => new WatchPoint(second, bytes, bytes, bytes))],
            Polls: 4,
            FailedPolls: 0,
            Worst: new MemoryStatus(0.02, null, new Dictionary<string, double>()),
            LeakSaidAfter: null,
            LastTrend: "healthy");

    public static MemoryPeaks Peak(long unreclaimable) => MemoryPeaks.None.With(new MemorySample(unreclaimable, unreclaimable, 0, 0, 0, 0, 0, 0, 0), 11);
}
