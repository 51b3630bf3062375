using Headroom.Budget;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;
using Headroom.Reclaiming;

namespace Headroom.Governing;

/// <summary>
/// The second gate beside the ledger, and what is done about pressure. A ledger alone misses memory that nobody declared;
/// so this measures, reads the limit anew, charges what nobody explains against the budget, lets reclaimers give memory
/// back, holds new work back and at last cancels work. Mapped weights are clean pages and never count as pressure.
/// Its owner calls <see cref="Sample"/> in a loop, <see cref="Interval"/> apart. Thread-safe.
/// </summary>
public sealed class MemoryGovernor
{
    private readonly Lock _lock = new();
    private readonly MemoryMeter _meter;
    private readonly MemoryBudget _budget;
    private readonly Func<MemoryLimit> _readLimit;
    private readonly Func<ByteSize> _expected;
    private readonly TimeProvider _time;
    private readonly PressureGauge _gauge = new();
    private readonly SamplingPace _pace = new();
    private readonly UnexplainedMemory _unexplained = new();
    private PausedRoom _room = new();
    private DateTimeOffset _limitReadAt;
    private DateTimeOffset _cancelledAt;
    private DateTimeOffset _highAt = DateTimeOffset.MinValue;

    // Read by anybody at any time: the lock is held while reclaimers run.
    private volatile MemoryLimit _limit;
    private volatile PressureLevel _level;
    private double _scale = 1;
    private long _interval = TimeSpan.TicksPerSecond;
    private long _samples;
    private long _sampleTime;

    /// <summary>Prepares to govern.</summary>
    /// <param name="meter">Measures; it follows the limit from now on.</param>
    /// <param name="budget">What is paused, charged with unexplained memory, and told to cancel.</param>
    /// <param name="readLimit">The limit as it is now; called once a second at most.</param>
    /// <param name="expected">What the plan says is there now without a lease: baseline, residents that hold none.</param>
    /// <param name="timeProvider">The clock.</param>
    public MemoryGovernor(MemoryMeter meter, MemoryBudget budget, Func<MemoryLimit> readLimit, Func<ByteSize> expected, TimeProvider? timeProvider = null)
    {
        (_meter, _budget, _readLimit, _expected, _time) = (meter, budget, readLimit, expected, timeProvider ?? TimeProvider.System);
        (_limit, _limitReadAt) = (readLimit(), _time.GetUtcNow());
        meter.Follow(_limit);
        Ladder = new ReclaimLadder(_time);
    }

    /// <summary>The limit as it was read last.</summary>
    public MemoryLimit Limit => _limit;

    /// <summary>The level at the last sample.</summary>
    public PressureLevel Level => _level;

    /// <summary>What share of their usual size caches and idle times may have now, 1 to 0.</summary>
    public double Scale => Volatile.Read(ref _scale);

    /// <summary>Measured bytes that neither plan nor leases explain, at the last sample.</summary>
    public ByteSize Unexplained => new(_unexplained.Bytes);

    /// <summary>Whether mapped files are evicted and read again all the time.</summary>
    public ThrashDetector Thrashing { get; } = new();

    /// <summary>Who gives memory back under pressure.</summary>
    public ReclaimLadder Ladder { get; }

    /// <summary>How long to wait until the next sample: 1 s while calm, down to 25 ms near the limit or when it would be reached soon.</summary>
    public TimeSpan Interval => new(Interlocked.Read(ref _interval));

    /// <summary>How many samples were taken.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>How long taking them took together, reclaimers not counted.</summary>
    public TimeSpan SampleTime => new(Interlocked.Read(ref _sampleTime));

    /// <summary>Called by <see cref="Sample"/> with the limit before and now, when it has changed: to resize what depends on it.</summary>
    public Action<MemoryLimit, MemoryLimit>? LimitChanged { get; set; }

    /// <summary>Called by <see cref="Sample"/> when it cancelled work because nothing else was left.</summary>
    public Action<CancelledWork>? WorkCancelled { get; set; }

    /// <summary>Measures and acts. While nothing changes and no collection runs it allocates nothing.</summary>
    public MemorySnapshot Sample()
    {
        lock (_lock)
        {
            var started = _time.GetTimestamp();
            FollowLimit();
            var (snapshot, reading) = Read();
            var limit = _limit.Size.Bytes;
            _level = _gauge.Update((double)reading.Unreclaimable / limit);
            Volatile.Write(ref _scale, _gauge.Scale);
            Thrashing.Update(snapshot);
            ChargeBudget(_unexplained.Update(reading, snapshot.At), reading.Unreclaimable, snapshot.At);
            var pace = _pace.Next(snapshot.At, reading.Unreclaimable, limit, _gauge.Scale);
            Interlocked.Increment(ref _samples);
            Interlocked.Add(ref _sampleTime, _time.GetElapsedTime(started).Ticks);

            var situation = new LadderSituation(snapshot.At, _level, _gauge.Scale, Thrashing.IsThrashing, Thrashing.IsOngoing, reading.Unreclaimable, limit)
            {
                Ended = CountEnded(),
                Unexplained = _unexplained.Bytes,
            };
            if (!Ladder.Step(situation))
                CancelWork(snapshot.At);
            Interlocked.Exchange(ref _interval, Ladder.IsSettling && pace > ControlLaw.ReclaimSettles ? ControlLaw.ReclaimSettles.Ticks : pace.Ticks);
            return snapshot;
        }
    }

    /// <summary>What is measured beside what should be there, now.</summary>
    public MemoryReading Measure() => Read().Reading;

    /// <summary>
    /// Watches whether bytes that were just given up, and their lease with them, really come back. What does not is
    /// unexplained for as long as it is there.
    /// </summary>
    /// <param name="before">Measured before they were given up.</param>
    /// <param name="lease">What the lease held.</param>
    /// <param name="expected">How many bytes should come back: zero to <paramref name="lease"/>.</param>
    /// <returns>What came back, as soon as the kernel's counters can be trusted: with one of the next samples.</returns>
    public Task<MemoryReturn> CheckReturnAsync(in MemoryReading before, long lease, long expected) =>
        _unexplained.CheckReturnAsync(before, lease, expected, _time.GetUtcNow());

    private (MemorySnapshot Snapshot, MemoryReading Reading) Read()
    {
        // Memory goes before its lease does: what was leased at either side of the measurement may be in it.
        var leased = _budget.Leased.Bytes;
        var snapshot = _meter.Read();
        return (snapshot, new MemoryReading(snapshot.Unreclaimable, Math.Max(leased, _budget.Leased.Bytes), _expected().Bytes));
    }

    private void FollowLimit()
    {
        var now = _time.GetUtcNow();
        if (now - _limitReadAt < ControlLaw.LimitReadEvery)
            return;
        _limitReadAt = now;
        var (old, limit) = (_limit, _readLimit());
        if (limit == old)
            return;
        _limit = limit;
        _room = new PausedRoom();
        _meter.Follow(limit);
        LimitChanged?.Invoke(old, limit);
    }

    private void ChargeBudget(long unexplained, long unreclaimable, DateTimeOffset now)
    {
        if (_budget.Unexplained.Bytes != unexplained)
            _budget.Unexplained = new ByteSize(unexplained);
        var paused = IsHeldBack(unexplained, now);
        if (paused)
            _budget.RoomWhilePaused = new ByteSize(_room.Update(now, unreclaimable, _limit.Size.Bytes, Thrashing.IsStarving));
        if (_budget.Paused != paused)
            _budget.Paused = paused;
    }

    /// <summary>
    /// Memory that nobody explains does not end with the work that happened to run: once it has brought the pressure, work
    /// goes on one piece at a time for a while, even though less is in use between two of them.
    /// </summary>
    private bool IsHeldBack(long unexplained, DateTimeOffset now)
    {
        if (_level >= PressureLevel.High)
        {
            _highAt = now;
            return true;
        }
        return _budget.Paused
            && _level > PressureLevel.None
            && now - _highAt < ControlLaw.Probation
            && unexplained > _limit.Size.Bytes * ControlLaw.UnexplainedShare;
    }

    /// <summary>
    /// How many leases were granted for work, if next to nothing of it is out: what little there is waits for more. Models
    /// hold their leases for as long as they are loaded; they are no work.
    /// </summary>
    private long CountEnded()
    {
        if (!_budget.Paused)
            return -1;
        var (granted, leased) = (0L, 0L);
        foreach (var pool in _budget.Pools)
        {
            if (pool.Options.Priority == WorkPriority.High)
                continue;
            var status = pool.GetStatus();
            (granted, leased) = (granted + status.Granted, leased + status.Leased.Bytes);
        }
        return leased <= _limit.Size.Bytes * ControlLaw.NextToNothing ? granted : -1;
    }

    private void CancelWork(DateTimeOffset now)
    {
        var isUrgent = _level >= PressureLevel.Critical || (_level >= PressureLevel.High && Thrashing.IsStarving);
        if (!isUrgent || now - _cancelledAt < ControlLaw.CancelEvery || _budget.CancelLargest() is not { } cancelled)
            return;
        _cancelledAt = now;
        WorkCancelled?.Invoke(cancelled);
    }
}
