namespace Headroom.Budget;

/// <summary>A named share of a <see cref="MemoryBudget"/>. Thread-safe.</summary>
public sealed class BudgetPool
{
    internal readonly MemoryBudget Budget;
    internal readonly BudgetPoolOptions Options;
    internal readonly LeaseLine Line = new();
    internal readonly DrainRate Drain;
    internal readonly WaitCounter Waits = new();
    private readonly long[] _refused = new long[Enum.GetValues<LeaseRefusal>().Length];

    // Guarded by the budget's lock. Cap and guarantee are what remains of the declared ones under the budget's capacity,
    // and so is the largest lease.
    internal long EffectiveCap;
    internal long EffectiveGuarantee;
    internal long LargestNow;
    internal long LeasedBytes;
    internal long PeakBytes;
    internal long CancelledCount;

    // Where the budget's search through the lines stands.
    internal LeaseWaiter? Cursor;
    internal int Skipped;

    internal BudgetPool(MemoryBudget budget, BudgetPoolOptions options, TimeProvider time)
    {
        Budget = budget;
        Options = options;
        Drain = new DrainRate(time);
        MaxWaiting = options.MaxWaiting;
    }

    /// <summary>The pool's name.</summary>
    public string Name => Options.Name;

    /// <summary>The most that may be leased at once: what was declared, or the budget's capacity where that is less.</summary>
    public ByteSize Cap => new(Volatile.Read(ref EffectiveCap));

    /// <summary>How many may wait; the next one is refused. Not negative. Those who wait already stay when it is lowered.</summary>
    public int MaxWaiting
    {
        get => Volatile.Read(ref field);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Volatile.Write(ref field, value);
        }
    }

    internal bool IsFull => LeasedBytes >= EffectiveCap;

    /// <inheritdoc cref="AcquireAsync(in LeaseRequest, CancellationToken)"/>
    /// <param name="bytes">How many; at least one.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    public ValueTask<MemoryLease> AcquireAsync(long bytes, CancellationToken cancellationToken = default) =>
        AcquireAsync(new LeaseRequest(bytes), cancellationToken);

    /// <summary>
    /// Takes bytes, waiting in line for as long as is allowed. What can never fit, by the pool's declared cap and the
    /// guarantees of the others, is refused at once. What doesn't fit only because the capacity was lowered waits for it
    /// to rise, holding up nobody; what doesn't fit only because too much is unexplained is granted alone, once nothing
    /// else of the pool is leased.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <returns>The lease; dispose it. Without contention nothing is allocated.</returns>
    /// <exception cref="MemoryLeaseRefusedException">Too large, too many waiting, or waited too long.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public ValueTask<MemoryLease> AcquireAsync(in LeaseRequest request, CancellationToken cancellationToken = default) =>
        Budget.AcquireAsync(this, request, cancellationToken);

    /// <summary>Takes bytes if that is possible at once and nobody waits for them.</summary>
    /// <param name="bytes">How many; at least one.</param>
    /// <param name="lease">The lease; dispose it.</param>
    public bool TryAcquire(long bytes, out MemoryLease lease) => Budget.TryAcquire(this, bytes, out lease);

    /// <summary>The pool's figures at this moment.</summary>
    public BudgetPoolStatus GetStatus()
    {
        lock (Budget.Lock)
            return Status();
    }

    /// <summary>How long it will be until those who wait and then <paramref name="bytes"/> more were served: 1 to 60 seconds.</summary>
    internal TimeSpan EstimateWait(long bytes)
    {
        lock (Budget.Lock)
            return Drain.Estimate(Line.Bytes + bytes);
    }

    /// <summary>What the budget loses to the pool when its leases rise by <paramref name="bytes"/>: nothing inside its guarantee.</summary>
    internal long CostOf(long bytes) => Reserved(LeasedBytes + bytes) - Reserved(LeasedBytes);

    internal long Reserved(long leased) => Math.Max(leased, EffectiveGuarantee);

    internal MemoryLeaseRefusedException TooLarge(long bytes, long most) =>
        Refuse(bytes, LeaseRefusal.TooLarge, $"{new ByteSize(bytes)} were asked from pool '{Name}', which can give {new ByteSize(most)} at most.");

    internal MemoryLeaseRefusedException QueueFull(long bytes) =>
        Refuse(bytes, LeaseRefusal.QueueFull, $"{MaxWaiting} requests wait for pool '{Name}' already; ask again later.");

    internal MemoryLeaseRefusedException TimedOut(long bytes, TimeSpan waited) =>
        Refuse(
            bytes, LeaseRefusal.TimedOut, $"{new ByteSize(bytes)} from pool '{Name}' did not come free within {waited.TotalSeconds:0.#} s; ask again later.");

    internal BudgetPoolStatus Status()
    {
        var waits = Waits.Read();
        return new BudgetPoolStatus(
            Name, new ByteSize(EffectiveCap), new ByteSize(EffectiveGuarantee),
            new ByteSize(LeasedBytes), new ByteSize(PeakBytes), Line.Count, waits.Count, _refused.Sum())
        {
            WaitingBytes = new ByteSize(Line.Bytes),
            Cancelled = CancelledCount,
            RefusedByReason = Enum.GetValues<LeaseRefusal>().ToDictionary(reason => reason, reason => _refused[(int)reason]),
            Waits = waits,
        };
    }

    /// <summary>Counts the refusal. What doesn't fit under the cap, for good or for now, comes free no sooner than the longest time.</summary>
    private MemoryLeaseRefusedException Refuse(long bytes, LeaseRefusal reason, string message)
    {
        _refused[(int)reason]++;
        var ahead = bytes > EffectiveCap || reason == LeaseRefusal.TooLarge ? long.MaxValue : Line.Bytes + bytes;
        return new MemoryLeaseRefusedException(Name, reason, new ByteSize(bytes), Drain.Estimate(ahead), message);
    }
}
