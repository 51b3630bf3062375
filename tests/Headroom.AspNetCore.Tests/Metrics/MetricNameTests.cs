using Headroom.AspNetCore.Metrics;

namespace Headroom.AspNetCore.Tests.Metrics;

public sealed class MetricNameTests
{
    [Theory]
    [InlineData("headroom.pool.leased", "By", "Gauge", "headroom_pool_leased_bytes")]
    [InlineData("headroom.lease.wait", "s", "Histogram", "headroom_lease_wait_seconds")]
    [InlineData("headroom.sample", "s", "Counter", "headroom_sample_seconds_total")]
    [InlineData("headroom.leases.granted", "{lease}", "Counter", "headroom_leases_granted_total")]
    [InlineData("headroom.trend.slope", "By/s", "Gauge", "headroom_trend_slope_bytes_per_second")]
    [InlineData("headroom.plan.drift", "1", "Gauge", "headroom_plan_drift_ratio")]
    [InlineData("headroom.pressure.level", null, "Gauge", "headroom_pressure_level")]
    [InlineData("already_bytes", "By", "Gauge", "already_bytes")]
    [InlineData("already_total", null, "Counter", "already_total")]
    [InlineData("a-b c:dé", null, "Gauge", "a_b_c_d_")]
    [InlineData("2nd", null, "Gauge", "_2nd")]
    public void A_metric_is_named_after_its_instrument_and_its_unit(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, MetricName.Of(name, unit, Enum.Parse<MetricKind>(kind)));

    [Fact]
    public void What_would_end_a_label_early_is_escaped() =>
        Assert.Equal(
            """a="say \"no\"",b="c:\\temp",c="two\nlines",d="",e="3.5" """.TrimEnd(),
            MetricName.LabelsOf([new("a", "say \"no\""), new("b", "c:\\temp"), new("c", "two\nlines"), new("d", null), new("e", 3.5)]));

    [Fact]
    public void A_label_that_comes_twice_is_written_once() =>
        Assert.Equal("a_b=\"1\"", MetricName.LabelsOf([new("a.b", 1), new("a_b", 2)]));
}
