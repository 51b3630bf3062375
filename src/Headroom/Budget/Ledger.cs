namespace Headroom.Budget;

/// <summary>
/// The arithmetic: what each pool holds, what the budget sets aside for it, and whether there is room for more.
/// Guarded by the budget's lock.
/// </summary>
internal sealed class Ledger(long capacity)
{
    private readonly long _declaredCapacity = capacity;
    private LeaseEntry? _free;
    private long _declaredGuarantees;
    private long _guaranteed;

    // Σ over pools of max(leased, guaranteed): what the pools may use without asking again.
    private long _reserved;

    public BudgetPool[] Pools { get; private set; } = [];

    public long Capacity { get; private set; } = capacity;

    public long Unexplained { get; set; }

    public bool Paused
    {
        get;
        set
        {
            if (field == value)
                return;
            field = value;
            MeasureAnew();
        }
    }

    /// <summary>The largest lease that is granted while paused.</summary>
    public long RoomWhilePaused { get; set; } = long.MaxValue;

    public CancellableLeases Cancellable { get; } = new();

    /// <summary>More is set aside or used than there is: the capacity was lowered, or too much is unexplained.</summary>
    public bool IsOverdrawn => _reserved > Capacity - Unexplained;

    public long Leased
    {
        get
        {
            var leased = 0L;
            foreach (var pool in Pools)
                leased += pool.LeasedBytes;
            return leased;
        }
    }

    /// <summary>What isn't promised to a pool yet.</summary>
    public long Unpromised => Capacity - _declaredGuarantees;

    private long Usable => Capacity - Unexplained;

    public void Add(BudgetPool pool)
    {
        Pools = [.. Pools, pool];
        _declaredGuarantees += pool.Options.Guaranteed.Bytes;
        FollowCapacity();
    }

    public void Resize(long to)
    {
        if (to == Capacity)
            return;
        Capacity = to;
        FollowCapacity();
        MeasureAnew();
    }

    /// <summary>The most that a pool could lease if the others were down to their guarantees and all were as declared, or better.</summary>
    public long MostFor(BudgetPool pool) =>
        Math.Min(pool.Options.Cap.Bytes, Math.Max(_declaredCapacity, Capacity) - _declaredGuarantees + pool.Options.Guaranteed.Bytes);

    /// <summary>Whether the capacity would have to rise before it could be granted.</summary>
    public static bool IsTooLargeNow(BudgetPool pool, long bytes) => bytes > pool.LargestNow;

    /// <summary>
    /// Whether there is room now, whoever may wait for it. Where the ledger can't give it by waiting for others, a pool that
    /// has nothing leased gets a single lease all the same, overdrawing the ledger if need be: one operation of each pool
    /// is what the plan has shown to fit. The same goes for a pause, as far as there is room; what others can't go on
    /// without (priority high: models) may take all of its guarantee then.
    /// </summary>
    public bool HasRoom(BudgetPool pool, long bytes)
    {
        if (!FitsPool(pool, bytes))
            return false;
        var isAlone = pool.LeasedBytes == 0;
        if (Paused
            && (bytes > RoomWhilePaused || !(isAlone || (pool.Options.Priority == WorkPriority.High && pool.LeasedBytes + bytes <= pool.EffectiveGuarantee))))
            return false;
        return FitsBudget(pool, bytes) || (isAlone && !IsTooLargeNow(pool, bytes) && IsOutOfReach(pool, bytes));
    }

    public static bool FitsPool(BudgetPool pool, long bytes) => bytes <= pool.EffectiveCap - pool.LeasedBytes;

    /// <summary>
    /// Whether what the budget would lose is free. Inside a guarantee it loses nothing; but the guarantees together may be
    /// more than is usable, and then what all leases really hold decides. To be asked only if the pool has room.
    /// </summary>
    public bool FitsBudget(BudgetPool pool, long bytes)
    {
        var cost = pool.CostOf(bytes);
        return _reserved + cost <= Usable || (cost == 0 && Leased + bytes <= Usable);
    }

    /// <summary>Whether it is of use to this request when other pools give bytes back.</summary>
    public bool AwaitsBudget(BudgetPool pool, long bytes) =>
        FitsPool(pool, bytes) && !FitsBudget(pool, bytes) && !IsOutOfReach(pool, bytes);

    public LeaseEntry Take(BudgetPool pool, long bytes, MemoryLease partOf)
    {
        Charge(pool, bytes);
        var entry = _free;
        if (entry is null)
            entry = new LeaseEntry(pool);
        else
            _free = entry.NextFree;
        entry.Pool = pool;
        entry.Bytes = bytes;
        if (partOf.Entry is { } earlier)
            entry.Join(earlier);
        return entry;
    }

    public void Grow(LeaseEntry entry, long additional)
    {
        Charge(entry.Pool, additional);
        entry.Bytes += additional;
    }

    public void Shrink(LeaseEntry entry, long to)
    {
        Discharge(entry.Pool, entry.Bytes - to);
        entry.Bytes = to;
    }

    public void Return(LeaseEntry entry)
    {
        Shrink(entry, 0);
        entry.Leave();
        Cancellable.Remove(entry);
        entry.Generation++;
        entry.NextFree = _free;
        _free = entry;
    }

    /// <summary>Whether waiting for other pools can't help: they are down to what is theirs, or what they hold may never come back.</summary>
    private bool IsOutOfReach(BudgetPool pool, long bytes) => IsOverdrawn || bytes > Usable - _guaranteed + pool.EffectiveGuarantee;

    /// <summary>Adapts caps and guarantees: guarantees in proportion, as soon as they don't fit as declared.</summary>
    private void FollowCapacity()
    {
        (_guaranteed, _reserved) = (0, 0);
        foreach (var pool in Pools)
        {
            var guaranteed = pool.Options.Guaranteed.Bytes;
            pool.EffectiveCap = Math.Min(pool.Options.Cap.Bytes, Capacity);
            pool.LargestNow = Math.Min(pool.EffectiveCap, MostFor(pool));
            pool.EffectiveGuarantee = _declaredGuarantees <= Capacity ? guaranteed : (long)((Int128)guaranteed * Capacity / _declaredGuarantees);
            _guaranteed += pool.EffectiveGuarantee;
            _reserved += pool.Reserved(pool.LeasedBytes);
        }
    }

    /// <summary>How fast bytes came back under other conditions says nothing about how fast they will.</summary>
    private void MeasureAnew()
    {
        foreach (var pool in Pools)
            pool.Drain.Restart();
    }

    private void Charge(BudgetPool pool, long bytes)
    {
        _reserved += pool.CostOf(bytes);
        pool.LeasedBytes += bytes;
        pool.PeakBytes = Math.Max(pool.PeakBytes, pool.LeasedBytes);
    }

    private void Discharge(BudgetPool pool, long bytes)
    {
        _reserved += pool.CostOf(-bytes);
        pool.LeasedBytes -= bytes;
        pool.Drain.Returned(bytes);
    }
}
