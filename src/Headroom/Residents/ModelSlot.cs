using Headroom.Budget;

namespace Headroom.Residents;

/// <summary>
/// The place of one model: loaded at the first use or ahead of it, by one loader however many wait; counted while in
/// use; unloaded when idle or on demand, never under somebody's hands. Its bytes are leased before it is loaded and
/// given back when the last user has let go. Thread-safe.
/// </summary>
/// <typeparam name="T">The model; disposing it gives its memory back.</typeparam>
public sealed class ModelSlot<T> : IModelSlot, IAsyncDisposable
    where T : class, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ModelSlotOptions _options;
    private readonly MemoryPool _pool;
    private readonly Func<CancellationToken, Task<T>> _load;
    private readonly Func<T, ByteSize> _mapped;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer? _idleTimer;

    private Holder? _holder;
    private Task<Exception?>? _loading;
    private Exception? _error;
    private DateTimeOffset _failedAt;
    private TimeSpan? _loadTime;
    private DateTimeOffset? _lastUsed;
    private DateTimeOffset _idleSince;

    /// <summary>Makes an empty slot.</summary>
    /// <param name="options">Name, role and cost.</param>
    /// <param name="pool">Where its bytes are leased.</param>
    /// <param name="load">Loads the model; its token is cancelled only when the slot is disposed.</param>
    /// <param name="mapped">How many bytes of a loaded model are mapped from files; none by default.</param>
    /// <param name="timeProvider">The clock.</param>
    public ModelSlot(ModelSlotOptions options, MemoryPool pool, Func<CancellationToken, Task<T>> load, Func<T, ByteSize>? mapped = null, TimeProvider? timeProvider = null)
    {
        (_options, _pool, _load, _mapped, _time) = (options, pool, load, mapped ?? (_ => ByteSize.Zero), timeProvider ?? TimeProvider.System);
        if (options.IdleUnload is { } idle)
            _idleTimer = _time.CreateTimer(_ => UnloadIfIdle(idle), null, idle / 2, idle / 2);
    }

    /// <inheritdoc/>
    public ModelStatus Status
    {
        get
        {
            lock (_lock)
            {
                var state = _holder is not null ? ModelState.Ready : _loading is not null ? ModelState.Loading : _error is not null ? ModelState.Failed : ModelState.Unloaded;
                return new ModelStatus(_options.Name, _options.Role, state, new ByteSize(_holder?.Lease.Bytes ?? 0), _holder is null ? ByteSize.Zero : _mapped(_holder.Model), _loadTime, _lastUsed, _holder?.References ?? 0, _error?.Message);
            }
        }
    }

    /// <inheritdoc/>
    public void Preload()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_holder is null)
                _loading ??= Task.Run(LoadAsync);
        }
    }

    /// <summary>The model, loading it if needed.</summary>
    /// <param name="cancellationToken">Stops waiting; the load goes on for the others.</param>
    /// <exception cref="ModelUnavailableException">It can't be loaded, or failed to a moment ago.</exception>
    public async ValueTask<ModelReference<T>> AcquireAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task<Exception?> loading;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
                _lastUsed = _time.GetUtcNow();
                if (_holder is not null)
                    return _holder.AddReference();
                if (_error is not null && _loading is null && _time.GetUtcNow() - _failedAt < _options.RetryAfter)
                    throw new ModelUnavailableException(_options.Name, _error);
                loading = _loading ??= Task.Run(LoadAsync);
            }

            if (await loading.WaitAsync(cancellationToken).ConfigureAwait(false) is { } problem)
                throw new ModelUnavailableException(_options.Name, problem);
        }
    }

    /// <summary>Does something with the model if it is in memory; not a use, and never a reason to load it.</summary>
    public void IfLoaded(Action<T> action)
    {
        Holder? holder;
        lock (_lock)
        {
            holder = _holder;
            holder?.Keep();
        }
        if (holder is null)
            return;
        try
        {
            action(holder.Model);
        }
        finally
        {
            holder.Release(isUse: false);
        }
    }

    /// <inheritdoc/>
    public bool Unload()
    {
        Holder? holder;
        lock (_lock)
            (holder, _holder) = (_holder, null);
        holder?.Retire();
        return holder is not null;
    }

    /// <summary>Unloads, and waits for a load that is under way to notice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_idleTimer is not null)
            await _idleTimer.DisposeAsync().ConfigureAwait(false);
        Task? loading;
        lock (_lock)
            loading = _loading;
        if (loading is not null)
            await loading.ConfigureAwait(false);
        Unload();
        _stopping.Dispose();
    }

    /// <summary>Loads; a failure is the result and never thrown, for nobody may be waiting to observe it.</summary>
    private async Task<Exception?> LoadAsync()
    {
        var started = _time.GetTimestamp();
        try
        {
            var lease = await _pool.AcquireAsync(_options.Resident.Bytes, _stopping.Token).ConfigureAwait(false);
            T model;
            try
            {
                model = await _load(_stopping.Token).ConfigureAwait(false);
            }
            catch
            {
                lease.Dispose();
                throw;
            }
            lock (_lock)
            {
                (_loadTime, _error, _loading, _idleSince) = (_time.GetElapsedTime(started), null, null, _time.GetUtcNow());
                _holder = new Holder(this, model, lease);
                return null;
            }
        }
        catch (Exception problem)
        {
            lock (_lock)
                (_error, _failedAt, _loading) = (problem, _time.GetUtcNow(), null);
            return problem;
        }
    }

    private void UnloadIfIdle(TimeSpan idle)
    {
        Holder? holder = null;
        lock (_lock)
        {
            if (_holder is { References: 0 } && _time.GetUtcNow() - _idleSince >= idle)
                (holder, _holder) = (_holder, null);
        }
        holder?.Retire();
    }

    /// <summary>One loaded model with its lease and its users, guarded by the slot's lock.</summary>
    internal sealed class Holder(ModelSlot<T> slot, T model, MemoryLease lease)
    {
        private bool _retired;

        public T Model => model;

        public MemoryLease Lease => lease;

        public int References { get; private set; }

        public ModelReference<T> AddReference()
        {
            Keep();
            return new ModelReference<T>(this);
        }

        public void Keep() => References++;

        public void Release(bool isUse = true)
        {
            bool last;
            lock (slot._lock)
            {
                if (isUse)
                    slot._lastUsed = slot._idleSince = slot._time.GetUtcNow();
                last = --References == 0 && _retired;
            }
            if (last)
                Free();
        }

        public void Retire()
        {
            bool last;
            lock (slot._lock)
            {
                _retired = true;
                last = References == 0;
            }
            if (last)
                Free();
        }

        private void Free()
        {
            try
            {
                model.Dispose();
            }
            finally
            {
                lease.Dispose();
            }
        }
    }
}
