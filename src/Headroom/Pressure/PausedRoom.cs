namespace Headroom.Pressure;

/// <summary>
/// How much of the limit work may fill while it is held back. What is left above is the kernel's, for code and weights; how
/// much they need is not known before it is not enough. Then the bound goes down until code can be kept, and after a while
/// up again by trial, more rarely each time that goes wrong (additive increase, multiplicative waiting). Not thread-safe.
/// </summary>
internal sealed class PausedRoom
{
    /// <summary>Work that is alone may go on while most of the kernel's part is still there.</summary>
    internal const double Most = 0.92;

    private const double Down = 0.03;
    private const double Up = 0.01;

    private static readonly TimeSpan LowerEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRaise = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRaise = TimeSpan.FromMinutes(10);

    private TimeSpan _raiseEvery = FirstRaise;
    private DateTimeOffset _changed = DateTimeOffset.MinValue;
    private bool _starved;

    /// <summary>What share of the limit may be filled now, 0 to <see cref="Most"/>.</summary>
    public double Bound { get; private set; } = Most;

    /// <summary>Bytes that work may still take.</summary>
    /// <param name="now">Now.</param>
    /// <param name="unreclaimable">Measured bytes.</param>
    /// <param name="limit">The limit in bytes.</param>
    /// <param name="isStarving">Whether code is evicted and read again all the time.</param>
    public long Update(DateTimeOffset now, long unreclaimable, long limit, bool isStarving)
    {
        if (isStarving && now - _changed >= LowerEvery)
            Lower(now, (double)unreclaimable / limit);
        else if (!isStarving && Bound < Most && now - _changed >= _raiseEvery)
            (Bound, _changed) = (Math.Min(Most, Bound + Up), now);
        _starved = isStarving;
        return Math.Max(0, (long)(Bound * limit) - unreclaimable);
    }

    private void Lower(DateTimeOffset now, double used)
    {
        // One long time of starving is one mistake.
        if (!_starved && Bound < Most)
            _raiseEvery = _raiseEvery * 2 < LongestRaise ? _raiseEvery * 2 : LongestRaise;
        (Bound, _changed) = (Math.Max(0, Math.Min(Bound, used) - Down), now);
    }
}
