using Headroom.Budget;
using Headroom.Governing;
using Headroom.Pressure;

namespace Headroom.Residents;

/// <summary>
/// The place of one model: loaded at the first use or ahead of it, by one loader however many wait; counted while in
/// use; unloaded when idle or on demand, never under somebody's hands: asked for again before its last user has let go, it
/// stays. Its bytes are leased before it is loaded and given back when it is freed; whether its memory comes back with them
/// is measured. Thread-safe.
/// </summary>
/// <typeparam name="T">The model; disposing it gives its memory back.</typeparam>
public sealed partial class ModelSlot<T> : IModelSlot, IAsyncDisposable
    where T : class, IDisposable
{
    /// <summary>How short pressure makes the idle time at most.</summary>
    private const double ShortestIdle = 0.05;

    private readonly Lock _lock = new();
    private readonly ModelSlotOptions _options;
    private readonly BudgetPool _pool;
    private readonly Func<CancellationToken, Task<T>> _load;
    private readonly Func<T, ByteSize> _mapped;
    private readonly TimeProvider _time;
    private readonly MemoryGovernor? _governor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer? _idleTimer;

    private Holder? _holder;
    private Holder? _leaving;
    private Task<Exception?>? _loading;
    private Exception? _error;
    private DateTimeOffset _failedAt;
    private TimeSpan? _loadTime;
    private DateTimeOffset? _lastUsed;
    private DateTimeOffset _idleSince;
    private long _unloadFailures;

    /// <summary>Makes an empty slot.</summary>
    /// <param name="options">Name, role and cost.</param>
    /// <param name="pool">Where its bytes are leased.</param>
    /// <param name="load">Loads the model; its token is cancelled only when the slot is disposed.</param>
    /// <param name="mapped">How many bytes of a loaded model are mapped from files; none by default.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="governor">Shortens the idle time under pressure and measures what an unload brings; without it neither happens.</param>
    public ModelSlot(
        ModelSlotOptions options,
        BudgetPool pool,
        Func<CancellationToken, Task<T>> load,
        Func<T, ByteSize>? mapped = null,
        TimeProvider? timeProvider = null,
        MemoryGovernor? governor = null)
    {
        (_options, _pool, _load, _mapped, _time, _governor) = (
            options, pool, load, mapped ?? (_ => ByteSize.Zero), timeProvider ?? TimeProvider.System, governor);
        if (options.IdleUnload is { } idle)
            _idleTimer = _time.CreateTimer(_ => UnloadIfIdle(idle * Math.Max(ShortestIdle, governor?.Scale ?? 1)), null, idle / 8, idle / 8);
    }

    /// <inheritdoc/>
    public ModelStatus Status
    {
        get
        {
            lock (_lock)
            {
                var state = _holder is not null
                    ? ModelState.Ready
                    : _loading is not null ? ModelState.Loading : _error is not null ? ModelState.Failed : ModelState.Unloaded;
                return new ModelStatus(
                    _options.Name,
                    _options.Role,
                    state,
                    new ByteSize(_holder?.Lease.Bytes ?? 0),
                    _holder is null ? ByteSize.Zero : _mapped(_holder.Model),
                    _loadTime,
                    _lastUsed,
                    _holder?.References ?? 0,
                    _error?.Message)
                {
                    UnloadFailures = _unloadFailures,
                };
            }
        }
    }

    /// <inheritdoc/>
    public void Preload()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (Present() is null)
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
                if (Present() is { } present)
                    return present.AddReference();
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
    public async Task LoadAsync(CancellationToken cancellationToken = default) => (await AcquireAsync(cancellationToken).ConfigureAwait(false)).Dispose();

    /// <inheritdoc/>
    public bool Unload() => TryRetire(_ => true, out _);

    /// <inheritdoc/>
    public bool UnloadIfIdle(TimeSpan idle) => TryRetire(holder => holder.References == 0 && _time.GetUtcNow() - _idleSince >= idle, out _);

    /// <inheritdoc/>
    public async Task<MemoryReturn?> UnloadAsync(CancellationToken cancellationToken = default)
    {
        TryRetire(_ => true, out var unloaded);
        return await unloaded.WaitAsync(cancellationToken).ConfigureAwait(false);
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
            var before = _governor?.Measure();
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
            // What it says it needs may be more than it takes; only that can come back.
            var taken = before is { } reading ? Math.Clamp(_governor!.Measure().Surplus - reading.Surplus, 0, lease.Bytes) : 0;
            lock (_lock)
            {
                (_loadTime, _error, _loading, _idleSince) = (_time.GetElapsedTime(started), null, null, _time.GetUtcNow());
                _holder = new Holder(this, model, lease, taken);
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

    /// <summary>
    /// The model that is in memory, under the lock. One that is to go but has users still is taken back: another copy would
    /// wait for its lease, and who asks may be a user of it.
    /// </summary>
    private Holder? Present()
    {
        _holder ??= _leaving is { } leaving && leaving.TryStay() ? leaving : null;
        _leaving = null;
        return _holder;
    }

    /// <param name="condition">Whether it may go.</param>
    /// <param name="unloaded">What came back, once it is freed.</param>
    private bool TryRetire(Func<Holder, bool> condition, out Task<MemoryReturn?> unloaded)
    {
        Holder holder;
        bool isUnused;
        lock (_lock)
        {
            if (_holder is null || !condition(_holder))
            {
                unloaded = Task.FromResult<MemoryReturn?>(null);
                return false;
            }
            (holder, _holder, _leaving) = (_holder, null, _holder);
            (isUnused, unloaded) = (holder.Retire(), holder.Unloaded);
        }
        if (isUnused)
            holder.Free();
        return true;
    }

    private async Task<MemoryReturn?> CheckAsync(MemoryReading? before, long lease, long expected)
    {
        if (before is not { } reading)
            return null;
        var result = await _governor!.CheckReturnAsync(reading, lease, expected).ConfigureAwait(false);
        if (result.Failed)
            Interlocked.Increment(ref _unloadFailures);
        return result;
    }
}
