namespace Headroom.Budget;

/// <summary>
/// The ledger: every pool's leases never exceed its cap, and together they never exceed the budget.
/// One lock guards it all, for every operation is a few additions; grants are first come first served by bytes,
/// see <see cref="LeaseQueue"/> for who may pass whom. Thread-safe.
/// </summary>
public sealed class MemoryBudget
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly LeaseQueue _queue;
    private readonly List<MemoryPool> _pools = [];
    private LeaseEntry? _free;
    private readonly long _capacity;
    private long _arrivals;
    private bool _paused;
    private long _unexplained;
    private readonly List<(MemoryLease Lease, CancellationTokenSource Work)> _cancellable = [];

    // Σ over pools of max(leased, guaranteed): what the pools may use without asking again.
    private long _reserved;

    /// <summary>Makes a budget without pools.</summary>
    /// <param name="capacity">Limit minus safety margin minus what is not leased (the baseline).</param>
    /// <param name="timeProvider">The clock for deadlines.</param>
    public MemoryBudget(ByteSize capacity, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, ByteSize.Zero);
        _capacity = capacity.Bytes;
        _time = timeProvider ?? TimeProvider.System;
        _queue = new LeaseQueue(this);
    }

    /// <summary>What all leases together may hold.</summary>
    public ByteSize Capacity => new(_capacity);

    /// <summary>What all leases hold now.</summary>
    public ByteSize Leased
    {
        get
        {
            lock (_lock)
            {
                var leased = 0L;
                foreach (var pool in _pools)
                    leased += pool.LeasedBytes;
                return new ByteSize(leased);
            }
        }
    }

    /// <summary>The pools in the order they were added.</summary>
    public IReadOnlyList<MemoryPool> Pools
    {
        get { lock (_lock) return [.. _pools]; }
    }

    /// <summary>
    /// While paused only a pool that has nothing leased gets a lease, one at a time: measured memory is too high,
    /// so the service goes on slowly instead of stopping, and nothing is added to what runs already.
    /// </summary>
    public bool Paused
    {
        get { lock (_lock) return _paused; }
        set
        {
            lock (_lock)
            {
                _paused = value;
                _queue.Grant();
            }
        }
    }

    /// <summary>Measured bytes that neither the plan nor the leases explain; they count against the capacity for as long as this is set.</summary>
    public ByteSize Unexplained
    {
        get { lock (_lock) return new ByteSize(_unexplained); }
        set
        {
            lock (_lock)
            {
                _unexplained = value.Bytes;
                _queue.Grant();
            }
        }
    }

    /// <summary>Cancels the largest work that allows it; null when there is none.</summary>
    public CancelledWork? CancelLargest()
    {
        (MemoryLease Lease, CancellationTokenSource Work) largest;
        lock (_lock)
        {
            _cancellable.RemoveAll(c => c.Lease.Bytes == 0);
            if (_cancellable.Count == 0)
                return null;
            largest = _cancellable.MaxBy(c => c.Lease.Bytes);
            _cancellable.Remove(largest);
        }
        _ = largest.Work.CancelAsync();
        return new CancelledWork(_pools[0].Name, new ByteSize(largest.Lease.Bytes));
    }

    internal void AllowCancellation(MemoryLease lease, CancellationTokenSource work)
    {
        lock (_lock)
            _cancellable.Add((lease, work));
    }

    /// <summary>Adds a pool.</summary>
    /// <exception cref="ArgumentException">The name is taken, a value is out of its range, or the guarantees exceed cap or budget.</exception>
    public MemoryPool AddPool(MemoryPoolOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Guaranteed, ByteSize.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxWaiting, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWait, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxWait, MemoryPoolOptions.LongestWait, nameof(options));
        lock (_lock)
        {
            if (_pools.Exists(p => p.Name == options.Name))
                throw new ArgumentException($"There is a pool '{options.Name}' already.", nameof(options));
            if (options.Guaranteed > options.Cap)
                throw new ArgumentException($"Pool '{options.Name}' guarantees {options.Guaranteed}, more than its cap of {options.Cap}.", nameof(options));
            if (_reserved + options.Guaranteed.Bytes > _capacity)
                throw new ArgumentException($"Pool '{options.Name}' guarantees {options.Guaranteed}, but only {new ByteSize(_capacity - _reserved)} of the budget of {new ByteSize(_capacity)} are not promised yet.", nameof(options));
            var pool = new MemoryPool(this, options, _time);
            _pools.Add(pool);
            _reserved += options.Guaranteed.Bytes;
            return pool;
        }
    }

    /// <summary>Finds a pool by name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public MemoryPool GetPool(string name)
    {
        var pools = Pools;
        return pools.FirstOrDefault(p => p.Name == name)
            ?? throw new KeyNotFoundException($"There is no memory pool '{name}'; there are: {string.Join(", ", pools.Select(p => p.Name))}.");
    }

    internal List<MemoryPool> PoolList => _pools;

    internal ValueTask<MemoryLease> AcquireAsync(MemoryPool pool, long bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<MemoryLease>(cancellationToken);

        LeaseWaiter waiter;
        lock (_lock)
        {
            if (_queue.MayEnter(pool, bytes) && HasRoom(pool, bytes))
                return new ValueTask<MemoryLease>(Take(pool, bytes));
            if (bytes > Math.Min(pool.Cap.Bytes, Reachable(pool)))
                return Refused(pool, bytes, LeaseRefusal.TooLarge);
            if (pool.Queue.Count >= pool.Options.MaxWaiting)
                return Refused(pool, bytes, LeaseRefusal.QueueFull);

            waiter = new LeaseWaiter(pool, bytes, _arrivals++);
            _queue.Add(waiter);
            _queue.Grant();
        }

        return waiter.WaitAsync(_time, cancellationToken);
    }

    internal bool TryAcquire(MemoryPool pool, long bytes, out MemoryLease lease)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        lock (_lock)
        {
            if (_queue.MayEnter(pool, bytes) && HasRoom(pool, bytes))
            {
                lease = Take(pool, bytes);
                return true;
            }
            lease = default;
            return false;
        }
    }

    internal bool TryGrow(LeaseEntry entry, long generation, long additional)
    {
        lock (_lock)
        {
            var pool = entry.Pool;
            if (entry.Generation != generation || !_queue.MayEnter(pool, additional) || !HasRoom(pool, additional))
                return false;
            Charge(pool, additional);
            entry.Bytes += additional;
            return true;
        }
    }

    internal void Shrink(LeaseEntry entry, long generation, long bytes)
    {
        lock (_lock)
        {
            if (entry.Generation != generation || entry.Bytes <= bytes)
                return;
            Discharge(entry.Pool, entry.Bytes - bytes);
            entry.Bytes = bytes;
            _queue.Grant();
        }
    }

    internal void Return(LeaseEntry entry, long generation)
    {
        lock (_lock)
        {
            if (entry.Generation != generation)
                return;
            Discharge(entry.Pool, entry.Bytes);
            entry.Generation++;
            entry.Bytes = 0;
            entry.NextFree = _free;
            _free = entry;
            _queue.Grant();
        }
    }

    internal long HeldBy(LeaseEntry entry, long generation)
    {
        lock (_lock)
            return entry.Generation == generation ? entry.Bytes : 0;
    }

    internal void TimeOut(LeaseWaiter waiter)
    {
        lock (_lock)
        {
            if (!_queue.Remove(waiter))
                return;
            waiter.TrySetException(Refusal(waiter.Pool, waiter.Bytes, LeaseRefusal.TimedOut));
            _queue.Grant();
        }
    }

    internal void Cancel(LeaseWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_queue.Remove(waiter))
                return;
            waiter.TrySetCanceled(cancellationToken);
            _queue.Grant();
        }
    }

    internal MemoryPoolStatus StatusOf(MemoryPool pool)
    {
        lock (_lock)
            return new MemoryPoolStatus(pool.Name, pool.Cap, pool.Options.Guaranteed, new ByteSize(pool.LeasedBytes), new ByteSize(pool.PeakBytes), pool.Queue.Count, pool.GrantedCount, pool.RefusedCount);
    }

    /// <summary>Whether pool and budget have room now, whoever may wait for it.</summary>
    internal bool HasRoom(MemoryPool pool, long bytes) =>
        FitsPool(pool, bytes) && ((FitsBudget(pool, bytes) && (!_paused || pool.LeasedBytes == 0)) || (_reserved + _unexplained > _capacity && pool.LeasedBytes == 0));

    internal static bool FitsPool(MemoryPool pool, long bytes) => bytes <= pool.Cap.Bytes - pool.LeasedBytes;

    internal bool FitsBudget(MemoryPool pool, long bytes) => pool.CostOf(bytes) <= _capacity - _reserved - _unexplained;

    internal MemoryLease Take(MemoryPool pool, long bytes)
    {
        Charge(pool, bytes);
        pool.GrantedCount++;
        var entry = _free;
        if (entry is null)
            entry = new LeaseEntry(pool);
        else
            _free = entry.NextFree;
        entry.Pool = pool;
        entry.Bytes = bytes;
        return new MemoryLease(entry);
    }

    /// <summary>What a pool could lease if every other pool were down to its guarantee.</summary>
    private long Reachable(MemoryPool pool) => _capacity - _pools.Sum(p => p == pool ? 0 : p.Options.Guaranteed.Bytes);

    private void Charge(MemoryPool pool, long bytes)
    {
        _reserved += pool.CostOf(bytes);
        pool.LeasedBytes += bytes;
        pool.PeakBytes = Math.Max(pool.PeakBytes, pool.LeasedBytes);
    }

    private void Discharge(MemoryPool pool, long bytes)
    {
        _reserved += pool.CostOf(-bytes);
        pool.LeasedBytes -= bytes;
        pool.Drain.Returned(bytes);
    }

    private ValueTask<MemoryLease> Refused(MemoryPool pool, long bytes, LeaseRefusal reason) =>
        ValueTask.FromException<MemoryLease>(Refusal(pool, bytes, reason));

    private MemoryLeaseRefusedException Refusal(MemoryPool pool, long bytes, LeaseRefusal reason)
    {
        pool.RefusedCount++;
        var ahead = reason == LeaseRefusal.TooLarge ? long.MaxValue : pool.WaitingBytes + bytes;
        var requested = new ByteSize(bytes);
        var message = reason switch
        {
            LeaseRefusal.TooLarge => $"{requested} were asked from pool '{pool.Name}', which can give {ByteSize.Min(pool.Cap, new ByteSize(Reachable(pool)))} at most.",
            LeaseRefusal.QueueFull => $"{pool.Options.MaxWaiting} requests wait for pool '{pool.Name}' already; ask again later.",
            _ => $"{requested} from pool '{pool.Name}' did not come free within {pool.Options.MaxWait.TotalSeconds:0} s; ask again later.",
        };
        return new MemoryLeaseRefusedException(pool.Name, reason, requested, pool.Drain.Estimate(ahead), message);
    }
}
