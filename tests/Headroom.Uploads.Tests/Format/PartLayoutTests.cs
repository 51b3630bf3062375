using FsCheck.Fluent;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.Tests.Format;

public sealed class PartLayoutTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(65_536, 1)]
    [InlineData(65_537, 2)]
    [InlineData(131_072, 2)]
    [InlineData(4_294_967_296, 65_536)]
    public void Bytes_take_as_many_segments_as_are_needed_and_at_least_one(long bytes, int segments)
    {
        Assert.Equal(segments, PartLayout.SegmentCount(bytes));
        Assert.Equal(88 + bytes + (16 * segments), PartLayout.EncryptedBytes(bytes));
    }

    [Fact]
    public void The_largest_part_fits_into_one_part_of_S3() =>
        Assert.True(PartLayout.EncryptedBytes(PartLayout.MaxPartBytes) <= 5L * 1024 * 1024 * 1024);

    [Theory]
    [InlineData(-1)]
    [InlineData(4_294_967_297)]
    public void A_part_has_0_to_4_GiB(long bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PartLayout.EncryptedBytes(bytes));

    [Fact]
    public void The_size_of_an_encrypted_part_tells_how_much_is_in_it() => Properties.Hold(
        Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(i => (long)i), Gen.Choose(0, PartLayout.MaxSegments).Select(s => (long)s * PartLayout.SegmentBytes)),
        bytes => PartLayout.PlaintextBytes(PartLayout.EncryptedBytes(bytes)) == bytes);

    [Fact]
    public void Every_size_up_to_three_segments_is_one_part_s_or_none_s()
    {
        var sizes = Enumerable.Range(0, 2 * PartLayout.SegmentBytes).ToDictionary(bytes => PartLayout.EncryptedBytes(bytes), bytes => (long?)bytes);
        for (var size = 0L; size < PartLayout.EncryptedBytes(2 * PartLayout.SegmentBytes); size++)
            Assert.Equal(sizes.GetValueOrDefault(size), PlaintextBytes(size));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(4_296_015_961)]
    [InlineData(long.MaxValue)]
    public void Impossible_sizes_are_refused(long size) => Assert.Null(PlaintextBytes(size));

    private static long? PlaintextBytes(long size)
    {
        try
        {
            return PartLayout.PlaintextBytes(size);
        }
        catch (ContainerException)
        {
            return null;
        }
    }
}
