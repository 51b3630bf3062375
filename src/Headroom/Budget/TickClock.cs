namespace Headroom.Budget;

/// <summary>
/// The system's clock in its own ticks of 1 to 16 ms. Timers count in them anyway, and reading them costs a quarter of
/// what a precise timestamp does; everyone who waits reads the clock twice.
/// </summary>
internal sealed class TickClock : TimeProvider
{
    public static readonly TickClock Instance = new();

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Environment.TickCount64;
}
