using Headroom.Pressure;

namespace Headroom.Reclaiming;

/// <summary>
/// Runs reclaimers under pressure, one at a time: the lowest rung first, of a rung the cheapest to restore. What each run
/// brought is measured before the next one starts; one that brought nothing rests. Thread-safe.
/// </summary>
public sealed class ReclaimLadder
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly List<LadderPlace> _places = [];
    private LadderPlace? _running;

    internal ReclaimLadder(TimeProvider time) => _time = time;

    /// <summary>What each reclaimer did so far, in the order of the ladder.</summary>
    public IReadOnlyList<ReclaimerStatus> Status
    {
        get { lock (_lock) return _places.ConvertAll(p => p.Status); }
    }

    /// <summary>Whether a run's effect is still to be measured.</summary>
    internal bool IsSettling
    {
        get { lock (_lock) return _running is not null; }
    }

    /// <summary>Puts a reclaimer in its place.</summary>
    /// <exception cref="ArgumentException">There is one of this name already.</exception>
    public void Add(IMemoryReclaimer reclaimer)
    {
        lock (_lock)
        {
            if (_places.Exists(p => p.Reclaimer.Name == reclaimer.Name))
                throw new ArgumentException($"There is a reclaimer '{reclaimer.Name}' already.", nameof(reclaimer));
            var place = _places.FindIndex(p => (p.Reclaimer.Rung, p.Reclaimer.RestoreCost).CompareTo((reclaimer.Rung, reclaimer.RestoreCost)) > 0);
            _places.Insert(place < 0 ? _places.Count : place, new LadderPlace(reclaimer));
        }
    }

    /// <summary>Measures what the last run brought, and runs the next reclaimer if it is some one's turn.</summary>
    /// <returns>False when nothing is left to try now: nobody ran, and nothing is waited for.</returns>
    internal bool Step(in LadderSituation now)
    {
        lock (_lock)
        {
            if (_running is { } running)
            {
                if (now.At - running.RanAt < ControlLaw.ReclaimSettles)
                    return true;
                running.Settle(now);
                _running = null;
            }
            foreach (var place in _places)
            {
                if (place.MayRun(now))
                {
                    place.Run(now, _time);
                    _running = place;
                    return true;
                }
                if (place.MayRestore(now))
                {
                    place.Restore();
                    return true;
                }
            }
            return false;
        }
    }
}
