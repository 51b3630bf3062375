namespace Headroom.Trends;

/// <summary>
/// The least value of each of the last <see cref="Capacity"/> buckets of time, and the trend through them, by rank:
/// the slope is Theil's and Sen's (H. Theil, «A rank-invariant method of linear and polynomial regression analysis»,
/// 1950; P. K. Sen, JASA 63, 1968), which up to 29 % of arbitrary values can't move far, and its significance is Mann's
/// and Kendall's (H. B. Mann, Econometrica 13, 1945; M. G. Kendall, «Rank Correlation Methods», 1975), which asks for
/// the order of the values only. Least squares would follow every burst of work. Not thread-safe.
/// </summary>
internal sealed class FloorSeries(TimeSpan bucket)
{
    public const int Capacity = 30;
    private const int Parts = 4;

    private readonly long[] _numbers = new long[Capacity];
    private readonly long[] _floors = new long[Capacity];
    private readonly double[] _slopes = new double[Capacity * (Capacity - 1) / 2];
    private long _open = -1;
    private long _least;

    /// <summary>How many buckets are closed and still in the window.</summary>
    public int Count { get; private set; }

    /// <summary>The floors of the closed buckets, the oldest first.</summary>
    public ReadOnlySpan<long> Floors => _floors.AsSpan(0, Count);

    /// <summary>From the start of the first to the end of the last closed bucket.</summary>
    public TimeSpan Window => Count == 0 ? TimeSpan.Zero : bucket * (_numbers[Count - 1] - _numbers[0] + 1);

    /// <summary>Takes a value into bucket <paramref name="number"/>; later buckets have larger numbers.</summary>
    /// <returns>Whether that closed the bucket before it; then <paramref name="closed"/> is its number and <paramref name="floor"/> its least value.</returns>
    public bool Add(long number, long value, out long closed, out long floor)
    {
        (closed, floor) = (_open, _least);
        if (number <= _open)
        {
            _least = Math.Min(_least, value);
            return false;
        }
        (_open, _least) = (number, value);
        if (closed < 0)
            return false;
        Keep(closed, floor);
        return true;
    }

    /// <summary>Works out the trend; at least two buckets must be closed.</summary>
    public FloorTrend Trend()
    {
        var (pairs, order) = (0, 0);
        for (var later = 1; later < Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                var difference = _floors[later] - _floors[earlier];
                order += Math.Sign(difference);
                _slopes[pairs++] = difference / (bucket.TotalSeconds * (_numbers[later] - _numbers[earlier]));
            }
        }
        var slopes = _slopes.AsSpan(0, pairs);
        slopes.Sort();
        // Not corrected for ties: they make the true deviation smaller, so this errs on the side of «no trend».
        var deviation = Math.Sqrt(Count * (Count - 1) * (2 * Count + 5) / 18.0);
        Span<long> rises = stackalloc long[Parts];
        var noise = Rise(rises);
        return new FloorTrend(
            slopes[pairs / 2],
            order / deviation,
            rises[0] + rises[1] + rises[2] + rises[3],
            Math.Min(Math.Min(rises[0], rises[1]), Math.Min(rises[2], rises[3])),
            rises[2] + rises[3],
            noise);
    }

    /// <summary>
    /// How far the lower envelope, the least of all that came after, rises in each of the first four fifths of the window.
    /// Memory that is lost is in every later sample, and memory that is in use is not in the quietest one of them, so the
    /// envelope keeps the one and drops the other. The last fifth has too little after it and only serves the ones before.
    /// </summary>
    /// <returns>How far the floors are above the envelope, on average.</returns>
    private long Rise(Span<long> rises)
    {
        var (part, envelope, after, above) = (Parts, long.MaxValue, long.MaxValue, 0L);
        for (var i = Count - 1; i >= 0; i--)
        {
            envelope = Math.Min(envelope, _floors[i]);
            above += _floors[i] - envelope;
            while (part >= 0 && i == part * Count / (Parts + 1))
            {
                if (part < Parts)
                    rises[part] = after - envelope;
                (after, part) = (envelope, part - 1);
            }
        }
        return above / Count;
    }

    private void Keep(long number, long floor)
    {
        // Time without samples leaves a gap, so the oldest buckets are dropped by age and not by count.
        var old = 0;
        while (old < Count && _numbers[old] <= number - Capacity)
            old++;
        Count -= old;
        Array.Copy(_numbers, old, _numbers, 0, Count);
        Array.Copy(_floors, old, _floors, 0, Count);
        (_numbers[Count], _floors[Count]) = (number, floor);
        Count++;
    }
}
