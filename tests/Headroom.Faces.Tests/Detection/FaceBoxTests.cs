using Headroom.Faces.Detection;

namespace Headroom.Faces.Tests.Detection;

public sealed class FaceBoxTests
{
    [Fact]
    public void A_box_overlaps_itself_wholly() => Assert.Equal(1, new FaceBox(3, 4, 12, 23).Overlap(new FaceBox(3, 4, 12, 23)));

    [Fact]
    public void Half_of_each_of_two_boxes_in_common_is_a_third() =>
        Assert.Equal(1 / 3f, new FaceBox(0, 0, 9, 9).Overlap(new FaceBox(5, 0, 14, 9)), 6);

    [Theory]
    [InlineData(20, 0, 29, 9)]
    [InlineData(0, 20, 9, 29)]
    [InlineData(20, 20, 29, 29)]
    [InlineData(5, 5, 1, 1)]
    public void Boxes_apart_or_empty_have_nothing_in_common(float left, float top, float right, float bottom) =>
        Assert.Equal(0, new FaceBox(0, 0, 9, 9).Overlap(new FaceBox(left, top, right, bottom)));

    [Fact]
    public void Two_empty_boxes_have_nothing_in_common() => Assert.Equal(0, new FaceBox(5, 5, 1, 1).Overlap(new FaceBox(5, 5, 1, 1)));

    [Fact]
    public void Overlap_is_symmetric_and_between_zero_and_one()
    {
        var random = new Random(5);
        for (var i = 0; i < 1000; i++)
        {
            var (one, other) = (Any(random), Any(random));
            var overlap = one.Overlap(other);
            Assert.Equal(overlap, other.Overlap(one));
            Assert.InRange(overlap, 0, 1);
        }

        static FaceBox Any(Random random)
        {
            var (left, top) = (random.Next(-20, 20), random.Next(-20, 20));
            return new FaceBox(left, top, left + random.Next(-3, 30), top + random.Next(-3, 30));
        }
    }

    [Fact]
    public void Right_and_bottom_are_inside() =>
        Assert.Equal((10, 20, 200), (new FaceBox(0, 0, 9, 19).Width, new FaceBox(0, 0, 9, 19).Height, new FaceBox(0, 0, 9, 19).Area));
}
