namespace Headroom.Pressure;

/// <summary>
/// How much of the limit work may fill while it is held back. What is left above is the kernel's, for code and weights; how
/// much they need is not known before it is not enough. Then the bound goes down until code can be kept, and after a while
/// up again by trial, more rarely each time that goes wrong (additive increase, multiplicative waiting). Not thread-safe.
/// </summary>
internal sealed class PausedRoom
{
    private TimeSpan _raiseEvery = ControlLaw.RoomFirstRaise;
    private DateTimeOffset _changed = DateTimeOffset.MinValue;
    private bool _starved;

    /// <summary>What share of the limit may be filled now, 0 to <see cref="ControlLaw.RoomWhilePaused"/>.</summary>
    public double Bound { get; private set; } = ControlLaw.RoomWhilePaused;

    /// <summary>Bytes that work may still take.</summary>
    /// <param name="now">Now.</param>
    /// <param name="unreclaimable">Measured bytes.</param>
    /// <param name="limit">The limit in bytes.</param>
    /// <param name="isStarving">Whether code is evicted and read again all the time.</param>
    public long Update(DateTimeOffset now, long unreclaimable, long limit, bool isStarving)
    {
        if (isStarving && now - _changed >= ControlLaw.RoomLowerEvery)
            Lower(now, (double)unreclaimable / limit);
        else if (!isStarving && Bound < ControlLaw.RoomWhilePaused && now - _changed >= _raiseEvery)
            (Bound, _changed) = (Math.Min(ControlLaw.RoomWhilePaused, Bound + ControlLaw.RoomUp), now);
        _starved = isStarving;
        return Math.Max(0, (long)(Bound * limit) - unreclaimable);
    }

    private void Lower(DateTimeOffset now, double used)
    {
        // One long time of starving is one mistake.
        if (!_starved && Bound < ControlLaw.RoomWhilePaused)
            _raiseEvery = _raiseEvery * 2 < ControlLaw.RoomLongestRaise ? _raiseEvery * 2 : ControlLaw.RoomLongestRaise;
        (Bound, _changed) = (Math.Max(0, Math.Min(Bound, used) - ControlLaw.RoomDown), now);
    }
}
