namespace Headroom.Reclaiming;

/// <summary>
/// The rungs of the ladder, the cheapest to restore first. Above them are refusing new work and cancelling work that
/// runs: those are the governor's own.
/// </summary>
public enum ReclaimRung
{
    /// <summary>Lets fewer operations run at once. Not for bytes: the answer to thrashing, until it has been over for a minute.</summary>
    LessParallel,

    /// <summary>Frees buffers that are kept for reuse. From moderate pressure on.</summary>
    TrimBuffers,

    /// <summary>Makes caches smaller. From moderate pressure on.</summary>
    ShrinkCaches,

    /// <summary>Collects and compacts the managed heap, trims the C heap. From high pressure on; from moderate on while memory is unexplained.</summary>
    CompactHeap,

    /// <summary>Takes models that nobody uses out of memory. From high pressure on, and when thrashing.</summary>
    UnloadIdleModels,
}
