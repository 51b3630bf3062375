using FsCheck;
using FsCheck.Fluent;
using Headroom.Imaging.Decoding;

namespace Headroom.Imaging.Tests.Decoding;

public sealed class AreaReducerTests
{
    [Fact]
    public void Every_pixel_is_the_mean_of_the_area_it_covers() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(PositiveInt, PositiveInt, PositiveInt, PositiveInt, int)>(),
            sizes =>
            {
                var (sourceWidth, sourceHeight) = ((sizes.Item1.Get % 90) + 1, (sizes.Item2.Get % 60) + 1);
                var (width, height) = ((sizes.Item3.Get % sourceWidth) + 1, (sizes.Item4.Get % sourceHeight) + 1);
                var source = new byte[sourceWidth * sourceHeight * 3];
                new Random(sizes.Item5).NextBytes(source);
                var reduced = Reduce(source, sourceWidth, sourceHeight, width, height);
                for (var i = 0; i < reduced.Length; i++)
                {
                    var (x, y, channel) = (i / 3 % width, i / 3 / width, i % 3);
                    var mean = Mean(source, sourceWidth, sourceHeight, width, height, x, y, channel);
                    Assert.True(Math.Abs(mean - reduced[i]) <= 1.5, $"{mean} became {reduced[i]}");
                }
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1024, 1024, 1, 1)]
    [InlineData(1, 1024, 1, 1)]
    [InlineData(1024, 1, 1, 1)]
    [InlineData(1000, 3, 999, 2)]
    public void White_stays_white_at_the_greatest_reduction(int sourceWidth, int sourceHeight, int width, int height)
    {
        var white = new byte[sourceWidth * sourceHeight * 3];
        Array.Fill(white, (byte)255);
        Assert.All(Reduce(white, sourceWidth, sourceHeight, width, height), value => Assert.Equal(255, value));
    }

    [Fact]
    public void More_than_the_greatest_reduction_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AreaReducer(1025, 1, 1, 1));

    private static byte[] Reduce(byte[] source, int sourceWidth, int sourceHeight, int width, int height)
    {
        var reducer = new AreaReducer(sourceWidth, sourceHeight, width, height);
        var result = new List<byte>();
        for (var row = 0; row < sourceHeight; row++)
        {
            if (reducer.Add(source.AsSpan(row * sourceWidth * 3, sourceWidth * 3)))
                result.AddRange(reducer.LastRow);
        }

        Assert.Equal(height, reducer.RowsDone);
        return [.. result];
    }

    private static double Mean(byte[] source, int sourceWidth, int sourceHeight, int width, int height, int x, int y, int channel)
    {
        double sum = 0, area = 0;
        var (left, right) = ((double)x * sourceWidth / width, (x + 1.0) * sourceWidth / width);
        var (top, bottom) = ((double)y * sourceHeight / height, (y + 1.0) * sourceHeight / height);
        for (var row = (int)top; row < Math.Min(sourceHeight, Math.Ceiling(bottom)); row++)
        {
            for (var column = (int)left; column < Math.Min(sourceWidth, Math.Ceiling(right)); column++)
            {
                var share = (Math.Min(right, column + 1) - Math.Max(left, column)) * (Math.Min(bottom, row + 1) - Math.Max(top, row));
                sum += share * source[(((row * sourceWidth) + column) * 3) + channel];
                area += share;
            }
        }

        return sum / area;
    }
}
