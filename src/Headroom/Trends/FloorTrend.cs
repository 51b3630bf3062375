namespace Headroom.Trends;

/// <summary>What a <see cref="FloorSeries"/> says about its window.</summary>
/// <param name="BytesPerSecond">The median slope of all pairs of buckets.</param>
/// <param name="Significance">How many standard deviations the pairs' order is away from none; positive for growth.</param>
/// <param name="Growth">How far the lower envelope rose over the first four fifths of the window, in bytes; not negative.</param>
/// <param name="Least">What the least growing of these four fifths contributed, in bytes.</param>
/// <param name="LaterHalf">What the later two of them contributed, in bytes.</param>
/// <param name="Noise">How far the floors are above the envelope on average, in bytes.</param>
internal readonly record struct FloorTrend(double BytesPerSecond, double Significance, long Growth, long Least, long LaterHalf, long Noise)
{
    /// <summary>Three standard deviations: one window in 700 of independent noise.</summary>
    private const double LeastSignificance = 3;

    /// <summary>Growth of less than this times the noise is none: a rush of work that begins or ends.</summary>
    private const long LeastNoises = 2;

    /// <summary>4 MB an hour; heaps that fragment and caches that fill up take that for days and then stop.</summary>
    private const double LeastBytesPerSecond = (4 << 20) / 3600.0;

    /// <summary>Of its even share: a step, even two of them, leave parts without any growth.</summary>
    private const double LeastShare = 0.35;

    /// <summary>Of the growth of the earlier half: what warms up grows less and less.</summary>
    private const double LeastContinuation = 0.7;

    /// <summary>Whether the window holds steady growth: significant, large enough, in all of its parts, and not slowing down.</summary>
    /// <param name="leastGrowth">What is not worth a word in such a window, in bytes.</param>
    public bool IsSteadyGrowth(long leastGrowth) =>
        Significance >= LeastSignificance
        && BytesPerSecond >= LeastBytesPerSecond
        && Growth >= Math.Max(leastGrowth, LeastNoises * Noise)
        && Least >= LeastShare * Growth / 4
        && LaterHalf >= LeastContinuation * (Growth - LaterHalf);
}
