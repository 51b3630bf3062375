namespace Headroom.Budget;

/// <summary>
/// How fast a pool's bytes come back. Counting is one addition on the hot path; the rate is worked out only when
/// somebody is refused, over at least two seconds; a window is begun anew once it is longer than 30. Guarded by the budget's lock.
/// </summary>
internal sealed class DrainRate(TimeProvider time)
{
    private static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private long _returned;
    private long _start = time.GetTimestamp();
    private double _bytesPerSecond;

    public void Returned(long bytes) => _returned += bytes;

    /// <summary>Starts measuring anew: called when a queue forms, so that quiet hours don't count as slowness.</summary>
    public void Restart()
    {
        _start = time.GetTimestamp();
        _returned = 0;
    }

    /// <summary>How long until <paramref name="bytes"/> will have come back: 1 to 60 seconds.</summary>
    public TimeSpan Estimate(long bytes)
    {
        var elapsed = time.GetElapsedTime(_start);
        if (_bytesPerSecond == 0 || elapsed >= MinWindow)
            _bytesPerSecond = _returned / Math.Max(elapsed.TotalSeconds, MinWindow.TotalSeconds);
        if (elapsed > MaxWindow)
            Restart();
        return _bytesPerSecond <= 0 || bytes / _bytesPerSecond > MaxWait.TotalSeconds
            ? MaxWait
            : TimeSpan.FromSeconds(Math.Max(MinWait.TotalSeconds, Math.Ceiling(bytes / _bytesPerSecond)));
    }
}
