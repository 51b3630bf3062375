namespace Headroom.Bench.Watching;

/// <summary>What a server said of itself over time, and what its cgroup held.</summary>
/// <param name="Series">The cgroup, once a second.</param>
/// <param name="Polls">How often <c>/memory-status</c> was read.</param>
/// <param name="FailedPolls">How often it could not be.</param>
/// <param name="Worst">The reading with the largest part of the working set that the server could not name; null where it was never read.</param>
/// <param name="LeakSaidAfter">Seconds until its trend said «leak» for the first time; null if it never did.</param>
/// <param name="LastTrend">The last kind of trend it named; null where it names none.</param>
internal sealed record WatchReport(IReadOnlyList<WatchPoint> Series, int Polls, int FailedPolls, MemoryStatus? Worst, double? LeakSaidAfter, string? LastTrend)
{
    /// <summary>The least unreclaimable memory of a part of the time, in bytes: what never went away meanwhile.</summary>
    /// <param name="from">From where, as a share of the whole time, 0 to 1.</param>
    /// <param name="to">To where.</param>
    public long Floor(double from, double to)
    {
        var part = Series.Take((int)Math.Ceiling(to * Series.Count)).Skip((int)Math.Floor(from * Series.Count)).ToList();
        return part.Count == 0 ? 0 : part.Min(point => point.Unreclaimable);
    }
}

/// <summary>What the cgroup held, in bytes.</summary>
/// <param name="Seconds">Since the watch began.</param>
internal readonly record struct WatchPoint(double Seconds, long Unreclaimable, long Anonymous, long WorkingSet);
