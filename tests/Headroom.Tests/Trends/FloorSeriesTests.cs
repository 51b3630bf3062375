using FsCheck.Fluent;
using Headroom.Trends;

namespace Headroom.Tests.Trends;

public sealed class FloorSeriesTests
{
    [Fact]
    public void A_bucket_keeps_its_least_value_and_is_closed_by_the_next_one()
    {
        var series = new FloorSeries(TimeSpan.FromSeconds(5));

        Assert.False(series.Add(3, 20, out _, out _));
        Assert.False(series.Add(3, 10, out _, out _));
        Assert.False(series.Add(3, 30, out _, out _));
        Assert.Equal(0, series.Count);
        Assert.True(series.Add(4, 99, out var closed, out var floor));
        Assert.Equal((3, 10), (closed, floor));
        Assert.Equal([10], series.Floors.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(5), series.Window);
    }

    [Fact]
    public void A_straight_line_has_its_slope_and_the_greatest_significance_there_is()
    {
        var trend = Series([.. Enumerable.Range(0, 30).Select(i => i * 1000L)]).Trend();

        Assert.Equal(200, trend.BytesPerSecond);
        // All 435 pairs in order, over √(30 · 29 · 65 ÷ 18).
        Assert.Equal(435 / Math.Sqrt(30 * 29 * 65 / 18.0), trend.Significance, 9);
        Assert.Equal((24_000, 6000, 12_000), (trend.Growth, trend.Least, trend.LaterHalf));
    }

    [Fact]
    public void A_quarter_of_arbitrary_values_does_not_move_the_slope_far() =>
        Properties.Hold(
            from outliers in Gen.Choose(-1_000_000, 1_000_000).ListOf(7)
            from places in Gen.Shuffle(Enumerable.Range(0, 30).ToArray())
            select (outliers, places),
            c =>
            {
                var floors = Enumerable.Range(0, 30).Select(i => i * 1000L).ToArray();
                foreach (var (value, place) in c.outliers.Zip(c.places))
                    floors[place] = value;
                return Series(floors).Trend().BytesPerSecond is > 0 and < 1000;
            });

    [Fact]
    public void Values_that_do_not_change_have_no_trend()
    {
        var trend = Series([.. Enumerable.Repeat(5L, 30)]).Trend();
        Assert.Equal(default, trend);
        Assert.False(trend.IsSteadyGrowth(leastGrowth: 0));
    }

    [Fact]
    public void The_growth_is_never_negative_and_its_parts_never_exceed_it() =>
        Properties.Hold(
            Gen.Choose(0, 1_000_000).ListOf().Where(f => f.Count >= 2),
            floors =>
            {
                var trend = Series([.. floors.Select(f => (long)f)]).Trend();
                return trend.Least >= 0 && trend.Least <= trend.Growth / 4 && trend.LaterHalf <= trend.Growth;
            });

    [Fact]
    public void A_full_series_drops_the_oldest_bucket_and_a_gap_drops_all_that_is_too_old()
    {
        var series = Series([.. Enumerable.Range(0, 40).Select(i => (long)i)]);
        Assert.Equal(Enumerable.Range(10, 30).Select(i => (long)i), series.Floors.ToArray());

        series.Add(65, 65, out _, out _);
        series.Add(66, 66, out _, out _);
        Assert.Equal([36, 37, 38, 39, 40, 65], series.Floors.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(150), series.Window);
    }

    /// <summary>One closed bucket of five seconds for each floor.</summary>
    private static FloorSeries Series(long[] floors)
    {
        var series = new FloorSeries(TimeSpan.FromSeconds(5));
        for (var i = 0; i < floors.Length; i++)
            series.Add(i, floors[i], out _, out _);
        series.Add(floors.Length, floors.Length, out _, out _);
        return series;
    }
}
