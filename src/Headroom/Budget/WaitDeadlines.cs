namespace Headroom.Budget;

/// <summary>
/// One timer for all who wait. It is set to the earliest deadline and left there when that one is granted: when it fires,
/// the lines are looked through and it is set anew. So a wait costs no timer of its own. Guarded by the budget's lock.
/// </summary>
internal sealed class WaitDeadlines
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double _ticksPerTimestamp;
    private readonly ITimer _timer;
    private TimeSpan _setTo = TimeSpan.MaxValue;

    public WaitDeadlines(TimeProvider time, Action passed)
    {
        _time = time;
        _start = time.GetTimestamp();
        _ticksPerTimestamp = TimeSpan.TicksPerSecond / (double)time.TimestampFrequency;
        _timer = time.CreateTimer(static action => ((Action)action!)(), passed, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The time since the budget was made.</summary>
    public TimeSpan Now => new((long)((_time.GetTimestamp() - _start) * _ticksPerTimestamp));

    /// <summary>Fires at <paramref name="deadline"/>, or earlier if it is set to an earlier one.</summary>
    public void Include(TimeSpan deadline, TimeSpan now)
    {
        if (deadline < _setTo)
            Set(deadline, now);
    }

    /// <summary>Fires at <paramref name="deadline"/>, the earliest of all; never for <see cref="TimeSpan.MaxValue"/>.</summary>
    public void Set(TimeSpan deadline, TimeSpan now)
    {
        _setTo = deadline;
        // In whole milliseconds, as timers count; rounded up, or it would fire again and again before the time.
        var due = deadline == TimeSpan.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (deadline - now).TotalMilliseconds)));
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
