using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Decoding;

/// <summary>What our own reading says of a file's channels is what the codec gives, or every such file would be refused.</summary>
public sealed class ChannelsTests
{
    private readonly ImageDecoder _decoder = new();

    public static TheoryData<byte, byte> PngKinds => new()
    {
        { 1, 0 }, { 2, 0 }, { 4, 0 }, { 8, 0 }, { 16, 0 }, { 8, 2 }, { 16, 2 },
        { 1, 3 }, { 2, 3 }, { 4, 3 }, { 8, 3 }, { 8, 4 }, { 16, 4 }, { 8, 6 }, { 16, 6 },
    };

    [Theory]
    [MemberData(nameof(PngKinds))]
    public void A_png_of_every_kind_is_decoded(byte depth, byte colourType)
    {
        byte[][] palette = colourType == 3 ? [HandMade.Chunk("PLTE", new byte[3 << depth])] : [];
        AssertDecoded(Bombs.Png(67, 9, depth, colourType, noise: true, palette));
        if (colourType is 4 or 6)
            return;
        var transparent = HandMade.Chunk("tRNS", new byte[colourType switch { 0 => 2, 2 => 6, _ => 2 }]);
        AssertDecoded(Bombs.Png(67, 9, depth, colourType, noise: true, [.. palette, transparent]));
    }

    [Theory]
    [InlineData("bitdepth", "1")]
    [InlineData("bitdepth", "2")]
    [InlineData("palette", "true")]
    [InlineData("interlace", "true")]
    public void A_png_as_a_program_saves_it_is_decoded(string option, string value) => AssertDecoded(Sample.Png(67, 9, option, value));

    [Fact]
    public void A_jpeg_of_every_size_up_to_two_blocks_is_decoded_whole_and_reduced()
    {
        var small = new ImageDecoder(new ImageDecoderOptions { MaxSide = 64 });
        for (var side = 1; side < 34; side++)
        {
            AssertDecoded(Sample.Jpeg(side, 40 - side));
            Assert.Null(small.Problem(Sample.Jpeg(700 + side, 400 + (side * 3))));
            Assert.Null(small.Problem(Sample.Webp(700 + side, 400 + (side * 3))));
        }
    }

    private void AssertDecoded(byte[] file)
    {
        var header = _decoder.Header(file);
        using var image = _decoder.Decode(file);
        Assert.Equal((header.Width, header.Height), (image.Width, image.Height));
    }
}
