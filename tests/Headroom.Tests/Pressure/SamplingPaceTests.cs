using FsCheck.Fluent;
using Headroom.Pressure;

namespace Headroom.Tests.Pressure;

public sealed class SamplingPaceTests
{
    private const long Mega = 1 << 20;

    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1.0, 1000)]
    [InlineData(0.5, 268.75)]
    [InlineData(0.0, 25)]
    public void Without_growth_only_nearness_counts(double scale, double milliseconds)
    {
        var pace = new SamplingPace();
        pace.Next(Start, 100 * Mega, 512 * Mega, scale);

        Assert.Equal(milliseconds, pace.Next(Start.AddSeconds(1), 100 * Mega, 512 * Mega, scale).TotalMilliseconds, 3);
    }

    [Fact]
    public void The_sooner_the_limit_would_be_reached_the_shorter_the_wait()
    {
        var pace = new SamplingPace();
        pace.Next(Start, 100 * Mega, 500 * Mega, 1);

        // 200 MB in a second leave 200 MB: one second to the limit, looked at eight times.
        Assert.Equal(125, pace.Next(Start.AddSeconds(1), 300 * Mega, 500 * Mega, 1).TotalMilliseconds, 3);
        Assert.Equal(200.0 * Mega, pace.Growth);
    }

    [Fact]
    public void One_quiet_sample_does_not_end_the_watch_but_quiet_does()
    {
        var pace = new SamplingPace();
        pace.Next(Start, 100 * Mega, 500 * Mega, 1);
        pace.Next(Start.AddSeconds(1), 300 * Mega, 500 * Mega, 1);

        Assert.Equal(250, pace.Next(Start.AddSeconds(2), 300 * Mega, 500 * Mega, 1).TotalMilliseconds, 3);
        Assert.Equal(1000, pace.Next(Start.AddSeconds(12), 300 * Mega, 500 * Mega, 1).TotalMilliseconds, 3);
    }

    [Fact]
    public void It_is_always_between_25_ms_and_a_second() =>
        Properties.Hold(Gen.Choose(0, 2_000_000).Select(n => n * 1000L).Three().Zip(Gen.Choose(0, 100)), figures =>
        {
            var ((before, used, limit), scale) = figures;
            var pace = new SamplingPace();
            pace.Next(Start, before, limit, scale / 100.0);
            var next = pace.Next(Start.AddMilliseconds(10), used, limit, scale / 100.0).TotalMilliseconds;
            return next is >= 25 and <= 1000;
        });
}
