using Headroom.Measuring;

namespace Headroom.Reclaiming;

/// <summary>
/// Collects and compacts the managed heap, gives its free part back, then the C heap's free pages. It stops every thread
/// while it collects: some 10 ms for a heap of 20 MB, more in proportion to what lives.
/// </summary>
public sealed class HeapCompaction : IMemoryReclaimer
{
    /// <inheritdoc/>
    public string Name => "heap";

    /// <inheritdoc/>
    public ReclaimRung Rung => ReclaimRung.CompactHeap;

    /// <inheritdoc/>
    public TimeSpan RestoreCost => TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public void Reclaim(double scale)
    {
        if (scale >= 1)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
