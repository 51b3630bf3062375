using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;

namespace Headroom.Bench.Scenarios;

/// <summary>A stretch of time under one limit. Memory is in bytes.</summary>
/// <param name="From">When the limit was asked for, by the machine's monotonic clock.</param>
/// <param name="To">When the next one was.</param>
/// <param name="AcceptedAfter">Milliseconds until the kernel took it; null if it never did.</param>
/// <param name="OomKills">In this stretch.</param>
/// <param name="Peaks">Of this stretch.</param>
public sealed record LimitPhase(long Limit, long From, long To, double? AcceptedAfter, long OomKills, MemoryPeaks Peaks)
{
    /// <summary>How requests ended in the whole seconds of this stretch.</summary>
    public LoadSecond Of(MixReport load) => load.Between(Since(load, From), Since(load, To));

    /// <summary>How many whole seconds that are.</summary>
    public double Seconds(MixReport load) => Math.Max(0, Math.Floor(Since(load, To)) - Math.Max(0, Math.Ceiling(Since(load, From))));

    private static double Since(MixReport load, long at) => Stopwatch.GetElapsedTime(load.StartedAt, at).TotalSeconds;
}
