using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Headers;

public sealed class ExifTests
{
    private static readonly byte[] Big = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Little = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void The_orientation_is_read_in_both_byte_orders_from_all_three_formats()
    {
        foreach (var exif in new[] { Big, Little })
        {
            Assert.Equal(6, Orientation(Jpeg(exif)));
            Assert.Equal(6, Orientation(HandMade.Png(HandMade.Chunk("eXIf", exif))));
            Assert.Equal(6, Orientation(Bombs.Png(8, 8, 8, 2, after: [HandMade.Chunk("eXIf", exif)])));
            Assert.Equal(6, Orientation(Webp(exif)));
            Assert.Equal(6, Orientation(Webp([.. "Exif\0\0"u8, .. exif])));
        }
    }

    [Fact]
    public void The_first_block_counts_and_further_ones_do_not()
    {
        byte[] other = [.. Big];
        other[19] = 3;
        Assert.Equal(6, Orientation(Bombs.WithSegments(Sample.Jpeg(40, 30), Segment(Big), Segment(other))));
    }

    [Fact]
    public void A_block_cut_anywhere_is_upright_and_no_reason_to_refuse_a_photo()
    {
        for (var length = 0; length < Big.Length - 6; length++)
            Assert.True(Orientation(HandMade.Png(HandMade.Chunk("eXIf", Big[..length]))) is 1 or 6);
        Assert.Equal(1, Orientation(HandMade.Png(HandMade.Chunk("eXIf", Big[..19]))));
    }

    [Theory]
    [InlineData(4, 0xFF)]
    [InlineData(7, 0xFF)]
    [InlineData(8, 0xFF)]
    [InlineData(13, 4)]
    [InlineData(19, 9)]
    [InlineData(19, 0)]
    public void A_block_that_points_outside_itself_or_says_nonsense_is_upright(int place, byte value)
    {
        byte[] broken = [.. Big];
        broken[place] = value;

        // Too many entries are no nonsense: the first of them is there.
        Assert.Equal(place == 8 ? 6 : 1, Orientation(HandMade.Png(HandMade.Chunk("eXIf", broken))));
    }

    private int Orientation(byte[] file) => _decoder.Header(file).Orientation;

    private static byte[] Jpeg(byte[] exif) => Bombs.WithSegments(Sample.Jpeg(40, 30), Segment(exif));

    private static byte[] Segment(byte[] exif) => Bombs.Segment(0xE1, [.. "Exif\0\0"u8, .. exif]);

    private static byte[] Webp(byte[] exif) => WebpFiles.WithChunks(Sample.Webp(40, 30), 40, 30, WebpFiles.HasExif, [], WebpFiles.Chunk("EXIF", exif));
}
