namespace Headroom.Trends;

/// <summary>What the garbage collector took since it last looked at everything.</summary>
public static class ManagedGrowth
{
    /// <summary>
    /// Bytes committed since the last full collection, as of the last collection of any kind: what the next full one may
    /// give back. Zero before the first full one, and when less is committed than then.
    /// </summary>
    public static long SinceFullCollection()
    {
        var (blocking, background) = (GC.GetGCMemoryInfo(GCKind.FullBlocking), GC.GetGCMemoryInfo(GCKind.Background));
        // A background collection that still runs has an index already, and no figures yet.
        var full = background.TotalCommittedBytes > 0 && background.Index > blocking.Index ? background : blocking;
        return full.TotalCommittedBytes == 0 ? 0 : Math.Max(0, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - full.TotalCommittedBytes);
    }
}
