using FsCheck.Fluent;
using Headroom.Pressure;

namespace Headroom.Tests.Pressure;

public sealed class PressureGaugeTests
{
    [Theory]
    [InlineData(0, PressureLevel.None)]
    [InlineData(0.699, PressureLevel.None)]
    [InlineData(0.70, PressureLevel.Moderate)]
    [InlineData(0.849, PressureLevel.Moderate)]
    [InlineData(0.85, PressureLevel.High)]
    [InlineData(0.949, PressureLevel.High)]
    [InlineData(0.95, PressureLevel.Critical)]
    [InlineData(1.2, PressureLevel.Critical)]
    public void From_calm_each_level_is_entered_at_its_threshold(double used, PressureLevel level) =>
        Assert.Equal(level, new PressureGauge().Update(used));

    [Theory]
    [InlineData(0.90, PressureLevel.Critical)]
    [InlineData(0.899, PressureLevel.High)]
    [InlineData(0.80, PressureLevel.High)]
    [InlineData(0.799, PressureLevel.Moderate)]
    [InlineData(0.65, PressureLevel.Moderate)]
    [InlineData(0.649, PressureLevel.None)]
    public void From_the_top_each_level_is_left_five_points_below_its_threshold(double used, PressureLevel level)
    {
        var gauge = new PressureGauge();
        gauge.Update(1);

        Assert.Equal(level, gauge.Update(used));
        Assert.Equal(level, gauge.Level);
    }

    [Fact]
    public void Figures_that_move_less_than_five_points_change_the_level_once_at_most_whatever_came_before()
    {
        var walks =
            from start in Gen.Choose(0, 1100)
            from floor in Gen.Choose(0, 1050)
            from steps in Gen.Choose(0, 49).ListOf()
            select (start, figures: steps.Select(s => (floor + s) / 1000.0).ToList());

        Properties.Hold(walks, walk =>
        {
            var gauge = new PressureGauge();
            gauge.Update(walk.start / 1000.0);
            var levels = walk.figures.Select(gauge.Update).ToList();
            return levels.Zip(levels.Skip(1)).Count(pair => pair.First != pair.Second) <= 1;
        }, cases: 3000);
    }

    [Fact]
    public void A_higher_figure_never_gives_a_lower_level() =>
        Properties.Hold(Gen.Choose(0, 1100).Three(), figures =>
        {
            var (low, high) = (new PressureGauge(), new PressureGauge());
            low.Update(figures.Item1 / 1000.0);
            high.Update(figures.Item1 / 1000.0);
            return low.Update(Math.Min(figures.Item2, figures.Item3) / 1000.0) <= high.Update(Math.Max(figures.Item2, figures.Item3) / 1000.0);
        });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.60, 1)]
    [InlineData(0.775, 0.5)]
    [InlineData(0.90, 1 / 7.0)]
    [InlineData(0.95, 0)]
    [InlineData(1.5, 0)]
    public void The_scale_falls_evenly_from_60_to_95_percent(double used, double scale)
    {
        var gauge = new PressureGauge();
        gauge.Update(used);

        Assert.Equal(scale, gauge.Scale, 9);
    }
}
