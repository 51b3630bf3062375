using FsCheck.Fluent;
using Headroom.Bench.Timing;

namespace Headroom.Bench.Tests.Timing;

public sealed class PercentileTests
{
    [Fact]
    public void It_is_the_value_of_the_nearest_rank()
    {
        var values = Enumerable.Range(1, 200).Select(value => (double)value).ToList();
        Assert.Equal(100, Percentile.Of(values, 50));
        Assert.Equal(198, Percentile.Of(values, 99));
        Assert.Equal(200, Percentile.Of(values, 100));
        Assert.Equal(0, Percentile.Of([], 99));
    }

    [Fact]
    public void So_many_values_are_not_above_it() => Properties.Hold(
        Gen.NonEmptyListOf(Gen.Choose(0, 100))
            .SelectMany(values => Gen.Choose(1, 100).Select(percent => (Values: values.Order().Select(value => (double)value).ToList(), Percent: percent))),
        drawn => Percentile.Of(drawn.Values, drawn.Percent) is var found
            && drawn.Values.Contains(found)
            && drawn.Values.Count(value => value <= found) * 100 >= drawn.Percent * drawn.Values.Count);
}
