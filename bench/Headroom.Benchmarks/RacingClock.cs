namespace Headroom.Benchmarks;

/// <summary>A second goes by each time that somebody looks.</summary>
internal sealed class RacingClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _now++;
}
