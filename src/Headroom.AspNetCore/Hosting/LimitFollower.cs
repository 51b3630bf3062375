using Headroom.AspNetCore.Admission;
using Headroom.Budget;

namespace Headroom.AspNetCore.Hosting;

/// <summary>
/// Fits a running service to a limit that was changed: what may be leased, how many may wait, and the managed heap.
/// Lowering waits for nobody: what is leased or waits already stays, and what comes after finds less room.
/// </summary>
internal sealed class LimitFollower(HeadroomBuilder declared, MemoryBudget budget, WaitingRoom room)
{
    private ByteSize? _heapLimit;

    /// <summary>Applies a limit.</summary>
    public void Follow(ByteSize limit)
    {
        budget.Resize(declared.LeasableUnder(limit));
        room.Seats = declared.MaxWaitingUnder(limit);
        foreach (var pool in budget.Pools)
            pool.MaxWaiting = declared.MaxWaitingUnder(limit);
        _heapLimit = limit;
        FitHeap();
    }

    /// <summary>Bounds the managed heap once it has become small enough for that.</summary>
    public void FitHeap()
    {
        if (_heapLimit is { } limit && HeapLimit.TryApply(limit))
            _heapLimit = null;
    }
}
