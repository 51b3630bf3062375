using Headroom.Bench.Timing;

namespace Headroom.Bench.Load;

/// <summary>Keeps what clients saw. Thread-safe.</summary>
/// <param name="startedAt">The first moment, by <see cref="Stopwatch.GetTimestamp"/>.</param>
internal sealed class MixRecord(long startedAt)
{
    private readonly Lock _lock = new();
    private readonly List<LoadSecond> _timeline = [];
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _outcomes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _improper = new(StringComparer.Ordinal);
    private readonly List<double> _times = [];
    private double _latest;
    private int _notSent;
    private int _open;
    private int _mostOpen;

    /// <summary>Connections that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>A client arrived.</summary>
    /// <param name="late">How long after it should have.</param>
    public void Arrived(TimeSpan late)
    {
        lock (_lock)
        {
            _latest = Math.Max(_latest, late.TotalMilliseconds);
            _mostOpen = Math.Max(_mostOpen, ++_open);
        }
    }

    /// <summary>A client was not let out, for too many are.</summary>
    public void Dropped() => Interlocked.Increment(ref _notSent);

    /// <summary>A client has closed its connection.</summary>
    public void Gone() => Interlocked.Decrement(ref _open);

    /// <summary>A request ended.</summary>
    /// <param name="at">When, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void Ended(VisitKind kind, in Answer answer, long at)
    {
        // A client that left wanted no answer; one that sent something bad must be told so, or to come back.
        var proper = kind switch
        {
            VisitKind.Leave => true,
            VisitKind.Good => answer.IsProper,
            _ => answer.IsProper && answer.Outcome[0] != '2',
        };
        var right = kind == VisitKind.Good && answer.IsRight;
        lock (_lock)
        {
            var second = (int)Stopwatch.GetElapsedTime(startedAt, at).TotalSeconds;
            while (_timeline.Count <= second)
                _timeline.Add(LoadSecond.None);
            _timeline[second] += new LoadSecond(right ? 1 : 0, proper && answer.Outcome == "503" ? 1 : 0, proper ? 0 : 1);
            if (!_outcomes.TryGetValue($"{kind}", out var outcomes))
                _outcomes[$"{kind}"] = outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
            outcomes[answer.Outcome] = outcomes.GetValueOrDefault(answer.Outcome) + 1;
            if (!proper)
                _improper[$"{kind}: {answer.Outcome}"] = _improper.GetValueOrDefault($"{kind}: {answer.Outcome}") + 1;
            if (right)
                _times.Add(answer.Milliseconds);
        }
    }

    /// <param name="seconds">How long clients came.</param>
    public MixReport Report(double seconds)
    {
        lock (_lock)
        {
            _times.Sort();
            return new MixReport(
                startedAt, seconds, [.. _timeline], _outcomes.ToDictionary(of => of.Key, of => (IReadOnlyDictionary<string, int>)of.Value), _improper,
                _notSent, _mostOpen, _latest,
                Percentile.Of(_times, 50), Percentile.Of(_times, 95), Percentile.Of(_times, 99), Percentile.Of(_times, 100));
        }
    }
}
