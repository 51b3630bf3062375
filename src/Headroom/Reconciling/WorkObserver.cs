namespace Headroom.Reconciling;

/// <summary>
/// Compares what work was estimated to take with what it took. Work that runs alone is measured: the process's peak is
/// set back when it begins and read when it ends, once a second at most. Work that runs among other work is only
/// related to the samples of the whole, by a normalised least-mean-squares filter (B. Widrow and M. E. Hoff, «Adaptive
/// switching circuits», 1960; normalised: J. Nagumo and A. Noda, IEEE Trans. Automatic Control 12, 1967). A piece
/// of work costs some 20 ns and allocates nothing, a measured one some 40 µs and two file handles; what is kept is bounded
/// for each kind. Thread-safe.
/// </summary>
public sealed class WorkObserver
{
    /// <summary>Smaller pieces of work drown in what the rest of the process does meanwhile.</summary>
    private const long LeastMeasured = 1 << 20;

    /// <summary>How much of the error a sample corrects: with 1/32, its noise moves a ratio by an eighth of itself.</summary>
    private const double Step = 1.0 / 32;

    /// <summary>Changes of the load below 4 MB teach hardly anything: there the rest of the process is louder.</summary>
    private const double Quiet = 4 << 20;

    /// <summary>What changes slower than this (caches, leaks, the heap's own size) is not the work's.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan BetweenMeasurements = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly PeakMeter _peak;
    private readonly Lock _lock = new();
    private WorkKind[] _kinds = [];
    private WorkEntry? _free;
    private WorkEntry? _alone;
    private int _running;
    private long? _measuredAt;
    private long? _sampledAt;
    private double _mean;

    /// <summary>Observes this process.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="root">Where proc is; another one for tests.</param>
    public WorkObserver(TimeProvider? time = null, string root = "/")
    {
        _time = time ?? TimeProvider.System;
        _peak = new PeakMeter(root);
    }

    /// <summary>The kinds of work, in the order they were added.</summary>
    public IReadOnlyList<WorkKind> Kinds => Volatile.Read(ref _kinds);

    /// <summary>Adds a kind of work: one whose pieces have estimates of the same sort.</summary>
    /// <param name="name">A short name that no other kind has, for messages and metrics: «POST /api/clock».</param>
    /// <param name="minFactor">The least that estimates are multiplied with; above 0, at most 1.</param>
    /// <param name="maxFactor">The most; 1 to 8.</param>
    /// <exception cref="ArgumentException">There is such a kind already, or a factor is out of its range.</exception>
    public WorkKind AddKind(string name, double minFactor = 0.5, double maxFactor = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minFactor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFactor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxFactor, WorkKind.LargestRatio);
        lock (_lock)
        {
            if (Array.Exists(_kinds, k => k.Name == name))
                throw new ArgumentException($"There is a kind of work named '{name}' already. Give each its own name.", nameof(name));
            var kind = new WorkKind(this, _lock, name, minFactor, maxFactor);
            _kinds = [.. _kinds, kind];
            return kind;
        }
    }

    /// <summary>Relates the memory of the whole process to the work that runs now. Samples closer than half a second are left out.</summary>
    /// <param name="unreclaimable">What the kernel can't take back, in bytes.</param>
    public void Sample(long unreclaimable)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var elapsed = _sampledAt is { } last ? _time.GetElapsedTime(last, now) : TimeSpan.MaxValue;
            if (elapsed < BetweenSamples)
                return;
            _sampledAt = now;
            // The memory and the loads pass the same high-pass filter, which leaves the relation between them as it is.
            var forget = 1 - Math.Exp(-(elapsed / Slow));
            _mean += forget * (unreclaimable - _mean);
            var (error, power) = (unreclaimable - _mean, Quiet * Quiet);
            foreach (var kind in _kinds)
            {
                var deviation = kind.Deviate(forget);
                error -= kind.SampledRatio * deviation;
                power += deviation * deviation;
            }
            foreach (var kind in _kinds)
                kind.Learn(Step * error / power, Math.Sqrt(power));
        }
    }

    internal WorkObservation Begin(WorkKind kind, long estimated)
    {
        lock (_lock)
        {
            var entry = _free ?? new WorkEntry(kind);
            _free = entry.NextFree;
            (entry.Kind, entry.Estimated, entry.NextFree) = (kind, estimated, null);
            kind.Began(estimated);
            _alone = _running++ == 0 && estimated >= LeastMeasured && MayMeasure() ? entry : null;
            return new WorkObservation(entry);
        }
    }

    internal void End(WorkEntry entry, long generation)
    {
        lock (_lock)
        {
            if (entry.Generation != generation)
                return;
            entry.Generation++;
            _running--;
            entry.Kind.Ended(entry.Estimated);
            if (entry == _alone && _peak.End() is { } observed)
                entry.Kind.Observed(entry.Estimated, observed);
            _alone = null;
            (entry.NextFree, _free) = (_free, entry);
        }
    }

    private bool MayMeasure()
    {
        var now = _time.GetTimestamp();
        if (_measuredAt is { } last && _time.GetElapsedTime(last, now) < BetweenMeasurements)
            return false;
        _measuredAt = now;
        return _peak.TryBegin();
    }
}
