using Headroom.Bench.Uploads;

namespace Headroom.Bench.Tests.Uploads;

public sealed class FileSizesTests
{
    private static readonly FileSizes Mixed = new(1000, 1_000_000, 10_000, 2, 7);

    [Fact]
    public void The_same_seed_draws_the_same_lengths() => Assert.Equal(Mixed.Draw(), Mixed.Draw());

    [Fact]
    public void Another_seed_draws_others() => Assert.NotEqual(Mixed.Draw(), (Mixed with { Seed = 8 }).Draw());

    [Fact]
    public void Empty_files_and_the_largest_ones_are_among_them_and_half_are_below_the_median()
    {
        var sizes = Mixed.Draw();
        Assert.All(sizes, size => Assert.InRange(size, 0, Mixed.Largest));
        Assert.Equal(5, sizes.Count(size => size == 0));
        Assert.InRange(sizes.Count(size => size == Mixed.Largest), 5, 30);
        Assert.InRange(sizes.Count(size => size < Mixed.Median), 440, 560);
    }

    [Fact]
    public void Where_there_is_a_smallest_no_file_is_shorter()
    {
        var sizes = (Mixed with { Smallest = 5_000 }).Draw();
        Assert.All(sizes, size => Assert.InRange(size, 5_000, Mixed.Largest));
        Assert.InRange(sizes.Count(size => size < Mixed.Median), 440, 560);
    }

    [Fact]
    public void Files_of_one_length_have_it() => Assert.Equal([9, 9, 9], FileSizes.Same(3, 9).Draw());
}
