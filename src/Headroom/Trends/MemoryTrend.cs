namespace Headroom.Trends;

/// <summary>
/// Tells a leak from what only looks like one. It keeps the floor of the memory (the least of each five seconds, so that
/// bursts of work fall out) at four resolutions: 30 buckets each of 5 s, 30 s, 3 min and 18 min, which see the last
/// 2.5 min, 15 min, 1.5 h and 9 h. Some 20 KB, and nothing is allocated later. A sample costs a comparison; when five
/// seconds are full the verdict is worked out anew. Thread-safe.
/// </summary>
public sealed class MemoryTrend
{
    private const int Ratio = 6;

    /// <summary>A window says nothing before it is nearly full.</summary>
    private const int LeastBuckets = 24;

    /// <summary>By how many more buckets it must look like a leak than not, before it is called one; and how many don't before it is over.</summary>
    private const int Confirmed = 3;
    private const int Over = 6;

    /// <summary>Buckets of 30 s: an excursion of five minutes has come to stay.</summary>
    private const int Stays = 10;
    private const long LeastExcursion = 16 << 20;

    /// <summary>Less than this in a window is not worth a word.</summary>
    private const long LeastGrowth = 8 << 20;

    /// <summary>
    /// Within two minutes this much: under load heaps and pools take some ten megabytes until they have their size, and
    /// what is slower than that can wait for the next window.
    /// </summary>
    private const long SoonGrowth = 2 * LeastGrowth;

    private static readonly TimeSpan Bucket = TimeSpan.FromSeconds(5);

    /// <summary>Loading and compiling right after the start says nothing about what follows.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _lock = new();
    private readonly Level[] _levels =
    [
        new(Bucket, SoonGrowth), new(Bucket * Ratio, LeastGrowth), new(Bucket * Ratio * Ratio, LeastGrowth), new(Bucket * Ratio * Ratio * Ratio, LeastGrowth),
    ];
    private TrendKind _kind;
    private long _usual;

    /// <summary>Starts with an empty past; samples of its first 30 seconds are not looked at.</summary>
    public MemoryTrend(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _start = _time.GetTimestamp();
    }

    /// <summary>Takes a sample. There should be several in five seconds: the least of one is no floor.</summary>
    /// <param name="unreclaimable">What the kernel can't take back, in bytes.</param>
    /// <param name="collectable">
    /// The part of it that a full garbage collection may give back, in bytes (<see cref="ManagedGrowth"/>): with it the
    /// trend is that of the floor after full collections, however rarely they happen.
    /// </param>
    public void Add(long unreclaimable, long collectable = 0)
    {
        var elapsed = _time.GetElapsedTime(_start);
        if (elapsed < Settling)
            return;
        var (number, floor) = (elapsed.Ticks / Bucket.Ticks, Math.Max(0, unreclaimable - Math.Max(0, collectable)));
        lock (_lock)
        {
            var closed = 0;
            while (closed < _levels.Length && _levels[closed].Series.Add(number, floor, out number, out floor))
            {
                _levels[closed++].Measure();
                number /= Ratio;
            }
            if (closed > 0)
                _kind = Array.Exists(_levels, static l => l.IsLeak) ? TrendKind.Leak : Compare();
        }
    }

    /// <summary>What it looks like now.</summary>
    /// <param name="limit">The limit that applies now, for the time that is left.</param>
    public TrendStatus Read(ByteSize limit)
    {
        lock (_lock)
        {
            var level = Array.Find(_levels, static l => l.IsLeak) ?? (_levels[1].Series.Count > 1 ? _levels[1] : _levels[0]);
            var floors = _levels[0].Series.Floors;
            var floor = floors.IsEmpty ? 0 : floors[^1];
            return new TrendStatus
            {
                Kind = _kind,
                BytesPerSecond = level.Trend.BytesPerSecond,
                Floor = new ByteSize(floor),
                Usual = new ByteSize(_usual),
                Window = level.Series.Window,
                TimeToLimit = _kind == TrendKind.Leak ? TimeSpan.FromSeconds(Math.Clamp((limit.Bytes - floor) / level.Trend.BytesPerSecond, 0, 1e9)) : null,
            };
        }
    }

    /// <summary>
    /// Compares the floors of the last minutes with the usual one: the lower quartile of the last 1.5 hours or, until
    /// there is a quarter of an hour of that, of the last 15 minutes.
    /// </summary>
    private TrendKind Compare()
    {
        var recent = _levels[1].Series.Floors;
        var past = _levels[2].Series.Count >= 5 ? _levels[2].Series.Floors : recent;
        if (past.IsEmpty)
            return TrendKind.Healthy;
        Span<long> sorted = stackalloc long[FloorSeries.Capacity];
        sorted = sorted[..past.Length];
        past.CopyTo(sorted);
        sorted.Sort();
        _usual = sorted[sorted.Length / 4];
        var border = _usual + Math.Max(LeastExcursion, 4 * (sorted[sorted.Length / 2] - _usual));
        recent = recent[Math.Max(0, recent.Length - Stays)..];
        var above = 0;
        foreach (var floor in recent)
            above += floor > border ? 1 : 0;
        return above == 0 ? TrendKind.Healthy : above == Stays ? TrendKind.Bloat : TrendKind.Spike;
    }

    /// <summary>One resolution, and whether it shows a leak: entered soon, left later, so that it does not flap.</summary>
    private sealed class Level(TimeSpan bucket, long leastGrowth)
    {
        private int _score;

        public FloorSeries Series { get; } = new(bucket);

        public FloorTrend Trend { get; private set; }

        public bool IsLeak { get; private set; }

        public void Measure()
        {
            if (Series.Count < 2)
                return;
            Trend = Series.Trend();
            var steady = Series.Count >= LeastBuckets && Trend.IsSteadyGrowth(leastGrowth);
            _score = Math.Clamp(_score + (steady ? 1 : -1), 0, Over);
            IsLeak = _score >= (IsLeak ? 1 : Confirmed);
        }
    }
}
