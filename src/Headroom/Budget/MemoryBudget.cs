namespace Headroom.Budget;

/// <summary>
/// The ledger: every pool's leases never exceed its cap, and together they never exceed the budget. One lock guards it
/// all, for every operation is a few additions; see <see cref="LeaseQueue"/> for who is granted next. Thread-safe.
/// <para>
/// What was leased stays leased when the capacity is lowered or measured memory counts against it: then the ledger is
/// overdrawn until enough comes back. An overdrawn ledger goes on slowly: a pool with nothing leased gets one lease at a
/// time, of at most its cap; more only inside its guarantee and if there is really room. So it recovers by itself.
/// </para>
/// </summary>
public sealed class MemoryBudget
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Ledger _ledger;
    private readonly WaitDeadlines _deadlines;
    private readonly LeaseQueue _queue;
    private long _arrivals;

    /// <summary>Makes a budget without pools.</summary>
    /// <param name="capacity">Limit minus safety margin minus what is not leased (the baseline).</param>
    /// <param name="time">The clock for deadlines and waits; by default the system's, in its ticks of 1 to 16 ms.</param>
    public MemoryBudget(ByteSize capacity, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, ByteSize.Zero);
        _time = time ?? TickClock.Instance;
        _ledger = new Ledger(capacity.Bytes);
        _deadlines = new WaitDeadlines(_time, TimeOut);
        _queue = new LeaseQueue(_ledger, _deadlines);
    }

    /// <summary>What all leases together may hold now.</summary>
    public ByteSize Capacity
    {
        get { lock (_lock) return new ByteSize(_ledger.Capacity); }
    }

    /// <summary>What all leases hold now.</summary>
    public ByteSize Leased
    {
        get { lock (_lock) return new ByteSize(_ledger.Leased); }
    }

    /// <summary>How many wait for a lease, over all pools.</summary>
    public int Waiting
    {
        get { lock (_lock) return _queue.Count; }
    }

    /// <summary>The pools in the order they were added.</summary>
    public IReadOnlyList<BudgetPool> Pools
    {
        get { lock (_lock) return [.. _ledger.Pools]; }
    }

    /// <summary>
    /// Measured bytes that neither the plan nor the leases explain; not negative. They count against the capacity for as
    /// long as this is set. Guarantees don't shrink for them: what they leave is what the pools compete for.
    /// </summary>
    public ByteSize Unexplained
    {
        get { lock (_lock) return new ByteSize(_ledger.Unexplained); }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, ByteSize.Zero);
            Change(ledger => ledger.Unexplained = value.Bytes);
        }
    }

    /// <summary>
    /// While paused only a pool that has nothing leased gets a lease, one at a time: measured memory is too high,
    /// so the service goes on slowly instead of stopping, and nothing is added to what runs already. Only pools of high
    /// priority go on as usual inside their guarantees.
    /// </summary>
    public bool Paused
    {
        get { lock (_lock) return _ledger.Paused; }
        set => Change(ledger => ledger.Paused = value);
    }

    /// <summary>
    /// The largest lease that is granted while paused: what is measured to be free for it. Without bound by default.
    /// </summary>
    public ByteSize RoomWhilePaused
    {
        get { lock (_lock) return new ByteSize(_ledger.RoomWhilePaused); }
        set => Change(ledger => ledger.RoomWhilePaused = Math.Max(0, value.Bytes));
    }

    /// <summary>
    /// For tests of those who lease: asked before every lease and every growth, outside the lock and by many threads at
    /// once. True refuses it as if the line were full; what only tries gets nothing.
    /// </summary>
    public Func<BudgetPool, bool>? Fault { get; init; }

    /// <summary>
    /// Changes what all leases together may hold. Caps follow: no pool may lease more than the capacity. Guarantees shrink
    /// in proportion when the capacity is less than their sum. Leases that are out stay; a higher capacity grants at once.
    /// </summary>
    /// <param name="capacity">Not negative.</param>
    public void Resize(ByteSize capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, ByteSize.Zero);
        Change(ledger => ledger.Resize(capacity.Bytes));
    }

    /// <summary>Adds a pool.</summary>
    /// <exception cref="ArgumentException">The name is taken, a value is out of its range, or the guarantees exceed cap or budget.</exception>
    public BudgetPool AddPool(BudgetPoolOptions options)
    {
        options.Check(nameof(options));
        lock (_lock)
        {
            if (Array.Exists(_ledger.Pools, p => p.Name == options.Name))
                throw new ArgumentException($"There is a pool '{options.Name}' already.", nameof(options));
            if (options.Guaranteed.Bytes > _ledger.Unpromised)
                throw new ArgumentException(
                    $"Pool '{options.Name}' guarantees {options.Guaranteed}, but only {new ByteSize(_ledger.Unpromised)} of the budget "
                    + $"of {new ByteSize(_ledger.Capacity)} are not promised yet.",
                    nameof(options));
            var pool = new BudgetPool(this, options, _time);
            _ledger.Add(pool);
            return pool;
        }
    }

    /// <summary>Finds a pool by name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public BudgetPool GetPool(string name)
    {
        var pools = Pools;
        return pools.FirstOrDefault(p => p.Name == name)
            ?? throw new KeyNotFoundException($"There is no memory pool '{name}'; there are: {string.Join(", ", pools.Select(p => p.Name))}.");
    }

    /// <summary>
    /// Cancels the work that holds most, among those of the lowest priority that allow it (<see cref="MemoryLease.AllowCancellation"/>).
    /// Its bytes come back when it has given back its leases. Nothing of the work runs on the caller's thread.
    /// </summary>
    /// <returns>What was cancelled; null when there is nothing left to cancel.</returns>
    public CancelledWork? CancelLargest()
    {
        (CancelledWork Work, CancellationTokenSource Cancellation)? largest;
        lock (_lock)
            largest = _ledger.Cancellable.TakeLargest();
        try
        {
            _ = largest?.Cancellation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work has just ended by itself.
        }
        return largest?.Work;
    }

    /// <summary>Guards everything of the budget, its pools and its leases.</summary>
    internal Lock Lock => _lock;

    internal ValueTask<MemoryLease> AcquireAsync(BudgetPool pool, in LeaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Bytes, 1, nameof(request));
        if (request.MaxWait is { } maxWait)
            BudgetPoolOptions.CheckWait(maxWait, nameof(request));
        if (request.PartOf.Budget is { } other && other != this)
            throw new ArgumentException("The lease it is part of belongs to another budget.", nameof(request));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<MemoryLease>(cancellationToken);
        var fails = Fails(pool);

        SettledWaiters settled = default;
        LeaseWaiter waiter;
        lock (_lock)
        {
            if (!fails && CanTake(pool, request.Bytes))
                return new ValueTask<MemoryLease>(Take(pool, request.Bytes, request.PartOf));
            if (request.Bytes > _ledger.MostFor(pool))
                return ValueTask.FromException<MemoryLease>(pool.TooLarge(request.Bytes, _ledger.MostFor(pool)));
            if (fails || pool.Line.Count >= pool.MaxWaiting)
                return ValueTask.FromException<MemoryLease>(pool.QueueFull(request.Bytes));

            var now = _deadlines.Now;
            waiter = new LeaseWaiter(pool, request, now, _arrivals++);
            _deadlines.Include(waiter.Deadline, now);
            _queue.Enter(waiter, ref settled);
            waiter.LeaveOn(cancellationToken);
        }
        settled.Complete();
        return new ValueTask<MemoryLease>(waiter.Task);
    }

    internal bool TryAcquire(BudgetPool pool, long bytes, out MemoryLease lease)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        lease = default;
        if (Fails(pool))
            return false;
        lock (_lock)
        {
            if (!CanTake(pool, bytes))
                return false;
            lease = Take(pool, bytes, default);
            return true;
        }
    }

    internal bool TryGrow(MemoryLease lease, long additional)
    {
        if (lease.Pool is { } pool && Fails(pool))
            return false;
        lock (_lock)
        {
            if (lease.Entry is not { } entry || !CanTake(entry.Pool, additional))
                return false;
            _ledger.Grow(entry, additional);
            return true;
        }
    }

    internal void Shrink(MemoryLease lease, long bytes)
    {
        SettledWaiters settled = default;
        lock (_lock)
        {
            if (lease.Entry is not { } entry || entry.Bytes <= bytes)
                return;
            _ledger.Shrink(entry, bytes);
            _queue.Grant(ref settled);
        }
        settled.Complete();
    }

    internal void Return(MemoryLease lease)
    {
        SettledWaiters settled = default;
        lock (_lock)
        {
            if (lease.Entry is not { } entry)
                return;
            _ledger.Return(entry);
            _queue.Grant(ref settled);
        }
        settled.Complete();
    }

    internal void AllowCancellation(MemoryLease lease, CancellationTokenSource work)
    {
        lock (_lock)
        {
            if (lease.Entry is { } entry)
                _ledger.Cancellable.Add(entry, work);
        }
    }

    internal void Cancel(LeaseWaiter waiter, CancellationToken cancellationToken)
    {
        SettledWaiters settled = default;
        lock (_lock)
        {
            if (!_queue.Remove(waiter))
                return;
            waiter.Cancel(cancellationToken);
            settled.Add(waiter);
            _queue.Grant(ref settled);
        }
        settled.Complete();
    }

    private void TimeOut()
    {
        SettledWaiters settled = default;
        lock (_lock)
        {
            var now = _deadlines.Now;
            _deadlines.Set(_queue.RefuseOverdue(now, ref settled), now);
            _queue.Grant(ref settled);
        }
        settled.Complete();
    }

    private void Change(Action<Ledger> change)
    {
        SettledWaiters settled = default;
        lock (_lock)
        {
            change(_ledger);
            _queue.Grant(ref settled);
        }
        settled.Complete();
    }

    private bool Fails(BudgetPool pool) => Fault is not null && Fault(pool);

    private bool CanTake(BudgetPool pool, long bytes) => _ledger.HasRoom(pool, bytes) && _queue.MayPass(pool, bytes);

    private MemoryLease Take(BudgetPool pool, long bytes, MemoryLease partOf)
    {
        pool.Waits.AddNone();
        return new MemoryLease(_ledger.Take(pool, bytes, partOf));
    }
}
