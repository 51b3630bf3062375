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
        var blocking = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        var background = GC.GetGCMemoryInfo(GCKind.Background);
        var full = blocking.Index > background.Index ? blocking : background;
        return full.Index == 0 ? 0 : Math.Max(0, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - full.TotalCommittedBytes);
    }
}
