namespace Headroom.Budget;

/// <summary>A named share of a <see cref="MemoryBudget"/>. Thread-safe.</summary>
public sealed class MemoryPool
{
    internal readonly MemoryBudget Budget;
    internal readonly MemoryPoolOptions Options;
    internal readonly LinkedList<LeaseWaiter> Queue = new();
    internal readonly DrainRate Drain;

    // Guarded by the budget's lock.
    internal long LeasedBytes;
    internal long WaitingBytes;
    internal long PeakBytes;
    internal long GrantedCount;
    internal long RefusedCount;

    // Where the budget's search through the queues stands.
    internal LinkedListNode<LeaseWaiter>? Cursor;
    internal int LookedAt;

    internal MemoryPool(MemoryBudget budget, MemoryPoolOptions options, TimeProvider time)
    {
        Budget = budget;
        Options = options;
        Drain = new DrainRate(time);
    }

    /// <summary>The pool's name.</summary>
    public string Name => Options.Name;

    /// <summary>The most that may be leased at once.</summary>
    public ByteSize Cap => Options.Cap;

    /// <summary>Takes bytes, waiting in line for as long as the pool allows.</summary>
    /// <param name="bytes">How many; at least one.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <returns>The lease; dispose it. Without contention nothing is allocated.</returns>
    /// <exception cref="MemoryLeaseRefusedException">Too large, too many waiting, or waited too long.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public ValueTask<MemoryLease> AcquireAsync(long bytes, CancellationToken cancellationToken = default) => Budget.AcquireAsync(this, bytes, cancellationToken);

    /// <summary>Takes bytes if that is possible at once and nobody waits for them.</summary>
    /// <param name="bytes">How many; at least one.</param>
    /// <param name="lease">The lease; dispose it.</param>
    public bool TryAcquire(long bytes, out MemoryLease lease) => Budget.TryAcquire(this, bytes, out lease);

    /// <summary>The pool's figures at this moment.</summary>
    public MemoryPoolStatus GetStatus() => Budget.StatusOf(this);

    /// <summary>What the budget loses to the pool when its leases rise by <paramref name="bytes"/>: nothing inside its guarantee.</summary>
    internal long CostOf(long bytes) => Reserved(LeasedBytes + bytes) - Reserved(LeasedBytes);

    internal long Reserved(long leased) => Math.Max(leased, Options.Guaranteed.Bytes);
}
