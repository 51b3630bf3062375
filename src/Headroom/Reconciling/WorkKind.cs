namespace Headroom.Reconciling;

/// <summary>
/// A kind of work, and the factor that its estimates turned out to need. The factor moves with each observation by an
/// eighth of what it is too low, or by a 64th of what it is too high: slowly up, slower down, never at one stroke.
/// Too low and too high are told from the 95th percentile of the last 64 pieces that ran alone, once there are eight.
/// Statistics over mixed work are asked only before that, and only ever raise it: they see what work holds on average,
/// not at its peak, and what leaks beside it.
/// </summary>
public sealed class WorkKind
{
    internal const double LargestRatio = 8;
    private const int LeastObservations = 8;
    private const int LeastSamples = 30;
    private const double Up = 1.0 / 8;
    private const double Down = 1.0 / 64;

    /// <summary>How many observations must disagree in a row: as many as a sudden change takes to be learned.</summary>
    private const int DriftConfirmed = 16;

    private readonly Lock _lock;
    private readonly double _minFactor;
    private readonly double _maxFactor;
    private readonly RecentWork _recent = new();
    private double _factor = 1;
    private long _begun;
    private long _running;
    private double _estimatedMean;
    private double _runningMean;
    private double _deviation;
    private long _samples;
    private int _disagreeing;
    private bool _drifting;

    internal WorkKind(WorkObserver observer, Lock gate, string name, double minFactor, double maxFactor)
    {
        (Observer, _lock, Name, _minFactor, _maxFactor) = (observer, gate, name, minFactor, maxFactor);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether its estimates have been off for some time: see <see cref="WorkKindStatus.Drifting"/>.</summary>
    public bool IsDrifting => Volatile.Read(ref _drifting);

    /// <summary>What is known of it now.</summary>
    public WorkKindStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new WorkKindStatus
                {
                    Name = Name,
                    Observations = _recent.Total,
                    Samples = _samples,
                    Factor = _factor,
                    SampledRatio = SampledRatio,
                    EstimatedMean = new ByteSize((long)_estimatedMean),
                    ObservedMean = new ByteSize(_recent.MeanBytes),
                    ObservedP95 = new ByteSize(_recent.HighBytes),
                    Drift = Needed / _factor,
                    Drifting = _drifting,
                };
            }
        }
    }

    internal WorkObserver Observer { get; }

    /// <summary>What this work holds for each estimated byte, by the samples of the whole process.</summary>
    internal double SampledRatio { get; private set; } = 1;

    /// <summary>The factor that the observations ask for, whatever the bounds.</summary>
    private double Needed
    {
        get
        {
            // What ran alone was measured; samples of the whole also see what leaks beside it.
            if (_recent.Total >= LeastObservations)
                return _recent.HighRatio;
            return _samples >= LeastSamples ? Math.Max(1, SampledRatio) : 1;
        }
    }

    /// <summary>The estimate times the factor: what to lease. Never waits.</summary>
    /// <param name="estimate">The estimate as it was declared.</param>
    public ByteSize Correct(ByteSize estimate) => new((long)Math.Ceiling(estimate.Bytes * Volatile.Read(ref _factor)));

    /// <summary>Says that a piece of work begins; dispose what is returned when it ends.</summary>
    /// <param name="estimated">What it was estimated to take, in bytes, before <see cref="Correct"/>; at least 1.</param>
    public WorkObservation Begin(long estimated)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(estimated, 1);
        return Observer.Begin(this, estimated);
    }

    internal void Began(long estimated)
    {
        _running += estimated;
        _estimatedMean += (estimated - _estimatedMean) / Math.Min(++_begun, RecentWork.Capacity);
    }

    internal void Ended(long estimated) => _running -= estimated;

    /// <summary>A piece of work ran alone.</summary>
    internal void Observed(long estimated, long observed)
    {
        _recent.Add(Math.Min((double)observed / estimated, LargestRatio), observed);
        if (_recent.Total >= LeastObservations)
            Move();
    }

    /// <summary>By how many bytes the work that runs differs from its slow mean, which moves on by the share <paramref name="forget"/>.</summary>
    internal double Deviate(double forget)
    {
        _runningMean += forget * (_running - _runningMean);
        return _deviation = _running - _runningMean;
    }

    /// <summary>Takes its part of a sample's error: the larger its deviation among all, the larger the part.</summary>
    internal void Learn(double correction, double power)
    {
        SampledRatio = Math.Clamp(SampledRatio + correction * _deviation, 0, LargestRatio);
        if (Math.Abs(_deviation) >= power / 2 && ++_samples >= LeastSamples)
            Move();
    }

    private void Move()
    {
        var needed = Needed;
        var target = Math.Clamp(needed, _minFactor, _maxFactor);
        Volatile.Write(ref _factor, _factor + (target - _factor) * (target > _factor ? Up : Down));
        // Left nearer to one than entered, so that it does not flap.
        var drift = needed / _factor;
        var agrees = _drifting ? drift is >= 0.6 and <= 1.35 : drift is >= 0.5 and <= 1.5;
        _disagreeing = agrees ? 0 : _disagreeing + 1;
        _drifting = _disagreeing >= DriftConfirmed || (_drifting && !agrees);
    }
}
