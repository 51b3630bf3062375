using Headroom.Pressure;

namespace Headroom.Reclaiming;

/// <summary>A reclaimer with its record, and whether it is its turn. Guarded by the ladder's lock.</summary>
internal sealed class LadderPlace(IMemoryReclaimer reclaimer)
{
    private long _runs;
    private long _ineffective;
    private long _returned;
    private long _lastReturned;
    private TimeSpan _duration;
    private string? _error;
    private bool _reduced;

    private long _before;
    private long _after;
    private TimeSpan _rest = ControlLaw.FirstRest;
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _growthCountsFrom;
    private double _parallel = 1;
    private long _ended = -1;

    public IMemoryReclaimer Reclaimer => reclaimer;

    public DateTimeOffset RanAt { get; private set; }

    public ReclaimerStatus Status => new(
        reclaimer.Name, reclaimer.Rung, _runs, _ineffective, new ByteSize(_returned),
        new ByteSize(_lastReturned), _runs > 0 ? RanAt : null, _duration, _error);

    public bool MayRun(in LadderSituation now) =>
        IsTurn(now) && (now.At >= _restsUntil || (now.At >= _growthCountsFrom && HasSomethingNew(now)));

    public void Run(in LadderSituation now, TimeProvider time)
    {
        (_before, _reduced) = (now.Unreclaimable, true);
        _parallel /= 2;
        _ended = Math.Max(_ended, now.Ended);
        var started = time.GetTimestamp();
        Call(reclaimer.Rung == ReclaimRung.LessParallel ? _parallel : now.ThrashesNow ? Math.Min(now.Scale, ControlLaw.ThrashingScale) : now.Scale);
        _duration = time.GetElapsedTime(started);
        _runs++;
        RanAt = now.At + _duration;
    }

    /// <summary>Measures what the run brought, and decides how long to rest.</summary>
    public void Settle(in LadderSituation now)
    {
        _after = now.Unreclaimable;
        _lastReturned = Math.Max(0, _before - _after);
        _returned += _lastReturned;
        var least = Longer(ControlLaw.ShortRest, _duration * ControlLaw.RestForWork);
        _growthCountsFrom = now.At + least;
        if (_lastReturned >= now.Limit / ControlLaw.NoticeableReturn)
        {
            (_rest, _restsUntil) = (ControlLaw.FirstRest, now.At + least);
            return;
        }
        _restsUntil = now.At + Longer(least, _rest);
        // Fewer at once bring no bytes: what they do is seen in the page faults.
        if (reclaimer.Rung == ReclaimRung.LessParallel)
            return;
        _ineffective++;
        _rest = _rest * 2 < ControlLaw.LongestRest ? _rest * 2 : ControlLaw.LongestRest;
    }

    public bool MayRestore(in LadderSituation now) => _reduced && now is { IsThrashing: false, Level: PressureLevel.None }
        && (reclaimer.Rung != ReclaimRung.LessParallel || now.At - RanAt >= ControlLaw.CalmBeforeParallel);

    public void Restore()
    {
        (_reduced, _parallel, _rest, _restsUntil) = (false, 1, ControlLaw.FirstRest, DateTimeOffset.MinValue);
        Call(1);
    }

    /// <summary>Memory has grown, or the work that had it in use has ended.</summary>
    private bool HasSomethingNew(in LadderSituation now) =>
        now.Unreclaimable - _after >= now.Limit / ControlLaw.NoticeableGrowth || now.Ended > _ended;

    private bool IsTurn(in LadderSituation now) => reclaimer.Rung switch
    {
        ReclaimRung.LessParallel => now.ThrashesNow,
        ReclaimRung.TrimBuffers or ReclaimRung.ShrinkCaches => now.Level >= PressureLevel.Moderate,
        // What nobody can name may be garbage: after a crowd has gone the heap keeps it, and the budget is charged for it.
        ReclaimRung.CompactHeap =>
            now.Level >= PressureLevel.High || (now.Level == PressureLevel.Moderate && now.Unexplained >= now.Limit / ControlLaw.NoticeableGrowth),
        _ => now.Level >= PressureLevel.High || now.ThrashesNow,
    };

    /// <summary>A reclaimer that fails is one without effect: the ladder goes on.</summary>
    private void Call(double scale)
    {
        try
        {
            _error = null;
            reclaimer.Reclaim(scale);
        }
        catch (Exception problem)
        {
            _error = problem.Message;
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
