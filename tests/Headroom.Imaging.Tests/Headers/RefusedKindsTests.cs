using Headroom.Imaging.Headers;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Headers;

/// <summary>Kinds of the three formats that no camera makes, refused before any codec sees them.</summary>
public sealed class RefusedKindsTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void A_lossless_webp_is_refused_and_told_what_to_send()
    {
        foreach (var file in new[] { Sample.Webp(200, 150, "lossless", "true"), Bombs.PrefixCodeGroups(256, 4096) })
        {
            var refusal = Assert.Throws<ImageException>(() => _decoder.Header(file));
            Assert.Equal(ImageProblem.Unsupported, refusal.Problem);
            Assert.Contains("Send a JPEG", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lossless_transparency_of_a_webp_is_refused()
    {
        var file = Sample.File(Sample.From(new byte[64 * 64 * 4], 64, 64, 4, "srgb"), "webpsave");
        AssertRefused(ImageProblem.Unsupported, file);
    }

    [Theory]
    [InlineData(0xC3)]
    [InlineData(0xC5)]
    [InlineData(0xC9)]
    [InlineData(0xCA)]
    [InlineData(0xCF)]
    public void A_lossless_hierarchical_or_arithmetic_jpeg_is_refused(int marker) =>
        AssertRefused(ImageProblem.Unsupported, HandMade.JpegOfSize(64, 64, (byte)marker));

    [Fact]
    public void A_jpeg_of_twelve_bits_or_two_components_is_refused()
    {
        var jpeg = Sample.Jpeg(40, 30);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        AssertRefused(ImageProblem.Unsupported, Changed(jpeg, frame + 4, 12));
        byte[] two = [.. jpeg[..(frame + 2)], 0, 14, 8, 0, 30, 0, 40, 2, 1, 0x11, 0, 2, 0x11, 0, .. jpeg[(frame + 19)..]];
        AssertRefused(ImageProblem.Unsupported, two);
    }

    [Fact]
    public void A_second_frame_or_beginning_in_a_jpeg_is_corrupt()
    {
        var jpeg = Sample.Jpeg(40, 30);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        AssertRefused(ImageProblem.Corrupt, [.. jpeg[..(frame + 19)], .. jpeg[frame..]]);
        AssertRefused(ImageProblem.Corrupt, [0xFF, 0xD8, .. jpeg]);
    }

    [Fact]
    public void A_jpeg_of_thousands_of_segments_is_refused() =>
        AssertRefused(ImageProblem.Unsupported, Bombs.WithSegments(Sample.Jpeg(40, 30), Enumerable.Repeat(Bombs.Segment(0xFE), 2000)));

    [Fact]
    public void A_jpeg_of_more_than_32_scans_is_refused_and_one_of_few_is_not()
    {
        var progressive = Sample.Jpeg(320, 240, "interlace", "true");
        Assert.Null(_decoder.Problem(HandMade.WithManyScans(progressive, 1)));
        AssertRefused(ImageProblem.Unsupported, HandMade.WithManyScans(progressive, 33));
    }

    [Fact]
    public void Pixels_of_a_png_in_a_million_pieces_are_refused()
    {
        var png = HandMade.Png();
        var pixels = png.AsSpan().IndexOf("IDAT"u8) - 4;
        var empty = HandMade.Chunk("IDAT", []);
        byte[] file = [.. png[..pixels], .. Enumerable.Repeat(empty, 70_000).SelectMany(chunk => chunk), .. png[pixels..]];
        AssertRefused(ImageProblem.Unsupported, file);
    }

    [Fact]
    public void A_png_whose_palette_or_pixels_are_out_of_place_is_corrupt()
    {
        AssertRefused(ImageProblem.Corrupt, Bombs.Png(8, 8, 8, 3));
        AssertRefused(ImageProblem.Corrupt, Bombs.Png(8, 8, 8, 3, before: [HandMade.Chunk("PLTE", new byte[4])]));
        AssertRefused(ImageProblem.Corrupt, Bombs.Png(8, 8, 8, 3, before: [HandMade.Chunk("PLTE", new byte[771])]));
        AssertRefused(ImageProblem.Corrupt, Bombs.Png(8, 8, 8, 2, after: [HandMade.Chunk("tIME", new byte[7]), HandMade.Chunk("IDAT", new byte[9])]));
        AssertRefused(ImageProblem.Corrupt, Bombs.Png(8, 8, 4, 2));
    }

    [Fact]
    public void A_webp_whose_canvas_is_not_its_frame_is_corrupt() =>
        AssertRefused(ImageProblem.Corrupt, WebpFiles.WithChunks(Sample.Webp(40, 30), 4000, 3000, 0, []));

    [Fact]
    public void A_webp_that_begins_between_two_frames_is_corrupt()
    {
        var webp = WebpFiles.Riff(WebpFiles.Picture(Sample.Webp(40, 30)));
        AssertRefused(ImageProblem.Corrupt, Changed(webp, 20, (byte)(webp[20] | 1)));
        AssertRefused(ImageProblem.Corrupt, Changed(webp, 23, 0));
    }

    [Fact]
    public void A_profile_larger_than_a_cameras_is_passed_over_in_every_format()
    {
        var large = Bombs.Profile(ColourProfile.MaxBytes + 1);
        var small = Bombs.Profile(ColourProfile.MaxBytes);
        foreach (var with in new Func<byte[], byte[]>[] { JpegWith, PngWith, WebpWith })
        {
            Assert.Equal(0, _decoder.Header(with(large)).ProfileBytes);
            Assert.Equal(small.Length, _decoder.Header(with(small)).ProfileBytes);
            Assert.Null(_decoder.Problem(with(large)));
            Assert.Null(_decoder.Problem(with(small)));
        }
    }

    private static byte[] JpegWith(byte[] profile) => Bombs.WithSegments(Sample.Jpeg(40, 30), Bombs.ProfileSegments(profile));

    private static byte[] PngWith(byte[] profile) => HandMade.Png(HandMade.Chunk("iCCP", [.. "p\0\0"u8, .. HandMade.Deflate(profile)]));

    private static byte[] WebpWith(byte[] profile) =>
        WebpFiles.WithChunks(Sample.Webp(40, 30), 40, 30, WebpFiles.HasProfile, [WebpFiles.Chunk("ICCP", profile)]);

    private static byte[] Changed(byte[] file, int place, byte value)
    {
        byte[] changed = [.. file];
        changed[place] = value;
        return changed;
    }

    private void AssertRefused(ImageProblem problem, byte[] file) => Assert.Equal(problem, Assert.Throws<ImageException>(() => _decoder.Header(file)).Problem);
}
