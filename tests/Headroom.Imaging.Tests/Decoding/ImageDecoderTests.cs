using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Decoding;

public sealed class ImageDecoderTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void Every_restored_photo_is_decoded_within_the_bounds()
    {
        Assert.NotEmpty(Sample.RestoredNames());
        foreach (var name in Sample.RestoredNames())
        {
            using var image = _decoder.Decode(Sample.Restored(name));
            Assert.InRange(Math.Max(image.Width, image.Height), 1, 1024);
            Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            Assert.Equal((double)image.SourceWidth / image.SourceHeight, (double)image.Width / image.Height, 0.02);
        }
    }

    [Theory]
    [InlineData(4000, 3000, 1000, 750)]
    [InlineData(3000, 4000, 750, 1000)]
    [InlineData(1600, 1200, 800, 600)]
    [InlineData(1280, 960, 640, 480)]
    [InlineData(1024, 768, 1024, 768)]
    [InlineData(2500, 1700, 1024, 696)]
    [InlineData(5000, 8, 1024, 2)]
    [InlineData(40, 30, 40, 30)]
    [InlineData(1, 1, 1, 1)]
    public void A_jpeg_is_reduced_inside_the_codec_as_far_as_detectors_allow(int width, int height, int expectedWidth, int expectedHeight)
    {
        using var image = _decoder.Decode(Sample.File(Sample.Black(width, height), "jpegsave"));
        Assert.Equal((expectedWidth, expectedHeight), (image.Width, image.Height));
        Assert.Equal((width, height), (image.SourceWidth, image.SourceHeight));
    }

    [Theory]
    [InlineData("pngsave")]
    [InlineData("webpsave")]
    public void Png_and_webp_come_out_at_the_longest_allowed_side(string saver)
    {
        using var image = _decoder.Decode(Sample.File(Sample.Black(2000, 1500), saver));
        Assert.Equal((1024, 768), (image.Width, image.Height));
        using var small = _decoder.Decode(Sample.File(Sample.Black(50, 20), saver));
        Assert.Equal((50, 20), (small.Width, small.Height));
    }

    [Fact]
    public void A_png_keeps_its_pixels_exactly_when_it_is_small_enough()
    {
        var pixels = Sample.Scene(301, 203);
        using var image = _decoder.Decode(Sample.File(Sample.Rgb(pixels, 301, 203), "pngsave"));
        Assert.True(image.Pixels.SequenceEqual(pixels));
    }

    [Fact]
    public void All_formats_of_one_scene_look_alike()
    {
        using var reference = _decoder.Decode(Sample.Png(800, 600));
        foreach (var file in new[]
        {
            Sample.Jpeg(800, 600, "Q", "95"), Sample.Jpeg(800, 600, "Q", "95", "interlace", "true"), Sample.Webp(800, 600, "Q", "95"),
            Sample.Png(800, 600, "interlace", "true"), Sample.Png(800, 600, "palette", "false", "bitdepth", "8"),
        })
        {
            using var image = new ImageDecoder(new ImageDecoderOptions { MaxSide = 800 }).Decode(file);
            Assert.InRange(Difference(Half(reference), Half(image)), 0, 8);
        }
    }

    [Fact]
    public void Cmyk_becomes_rgb()
    {
        using var red = Sample.Rgb([.. Enumerable.Repeat(new byte[] { 220, 30, 30 }, 64 * 64).SelectMany(pixel => pixel)], 64, 64);
        using var image = _decoder.Decode(Sample.File(Sample.Run("colourspace", red, "space", "cmyk"), "jpegsave", "Q", "95"));
        AssertNear(image, 220, 30, 30, within: 45);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        foreach (var saver in new[] { "jpegsave", "pngsave" })
        {
            using var image = _decoder.Decode(Sample.File(Sample.From(Filled(64 * 64, 77), 64, 64, 1, "b-w"), saver));
            AssertNear(image, 77, 77, 77, within: 2);
        }
    }

    [Fact]
    public void Sixteen_bits_a_channel_become_eight()
    {
        using var eight = Sample.Rgb(Filled(64 * 64 * 3, 200), 64, 64);
        using var image = _decoder.Decode(Sample.File(Sample.Run("colourspace", eight, "space", "rgb16"), "pngsave"));
        AssertNear(image, 200, 200, 200, within: 2);
    }

    [Theory]
    [InlineData("pngsave", "srgb", 4)]
    [InlineData("pngsave", "b-w", 2)]
    public void Transparent_pixels_are_white(string saver, string interpretation, int bands)
    {
        using var image = _decoder.Decode(Sample.File(Sample.From(new byte[64 * 64 * bands], 64, 64, bands, interpretation), saver));
        AssertNear(image, 255, 255, 255, within: 2);
    }

    [Fact]
    public void Transparent_pixels_of_a_webp_are_white()
    {
        using var image = _decoder.Decode(WebpFiles.WithAlpha(Sample.Webp(64, 48), 64, 48, new byte[64 * 48]));
        AssertNear(image, 255, 255, 255, within: 2);
    }

    [Fact]
    public void Transparent_pixels_of_sixteen_bits_are_white()
    {
        using var clear = Sample.From(new byte[64 * 64 * 4], 64, 64, 4, "srgb");
        using var image = _decoder.Decode(Sample.File(Sample.Run("colourspace", clear, "space", "rgb16"), "pngsave"));
        AssertNear(image, 255, 255, 255, within: 2);
    }

    [Fact]
    public void An_embedded_profile_is_obeyed()
    {
        // Display P3's full green lies outside sRGB: there it has no red at all, and more green than the number says.
        byte[] stored = [100, 200, 100];
        var pixels = Enumerable.Repeat(stored, 64 * 64).SelectMany(pixel => pixel).ToArray();
        using var tagged = _decoder.Decode(WithProfile(pixels, "p3"));
        using var plain = _decoder.Decode(WithProfile(pixels, "srgb"));
        AssertNear(plain, 100, 200, 100, within: 3);
        Assert.True(tagged.Pixels[0] < 85, $"{tagged.Pixels[0]}");
    }

    [Fact]
    public void A_profile_that_is_a_table_is_obeyed_in_every_format_if_it_is_small()
    {
        var profile = Bombs.TableProfile();
        byte[][] files =
        [
            Bombs.WithSegments(Sample.Jpeg(40, 30), Bombs.ProfileSegments(profile)),
            Bombs.Png(40, 30, 8, 2, noise: true, [HandMade.Chunk("iCCP", [.. "p\0\0"u8, .. HandMade.Deflate(profile)])]),
            WebpFiles.WithChunks(Sample.Webp(40, 30), 40, 30, WebpFiles.HasProfile, [WebpFiles.Chunk("ICCP", profile)]),
        ];
        foreach (var file in files)
        {
            // The table knows one colour.
            using var image = _decoder.Decode(file);
            AssertNear(image, image.Pixels[0], image.Pixels[1], image.Pixels[2], within: 1);
        }
    }

    [Fact]
    public void The_images_memory_is_freed_once_and_then_out_of_reach()
    {
        var image = _decoder.Decode(Sample.Jpeg(40, 30));
        image.Dispose();
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
    }

    [Fact]
    public void A_header_of_another_file_is_the_callers_mistake()
    {
        using var stream = new MemoryStream(Sample.Jpeg(40, 30));
        Assert.Throws<ArgumentException>(() => _decoder.Decode(stream, _decoder.Header(Sample.Jpeg(41, 30))));
        Assert.Throws<ArgumentException>(() => _decoder.Decode(stream, _decoder.Header(Sample.Png(40, 30))));
    }

    [Theory]
    [InlineData(0, 1024)]
    [InlineData(1, 63)]
    [InlineData(1, 16_385)]
    public void Bounds_out_of_range_are_refused(long maxPixels, int maxSide) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDecoder(new ImageDecoderOptions { MaxPixels = maxPixels, MaxSide = maxSide }));

    private static byte[] WithProfile(byte[] pixels, string profile) =>
        Sample.File(Sample.Rgb(pixels, 64, 64), "jpegsave", "profile", profile, "Q", "98", "subsample_mode", "off");

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    // Means of 2 × 2 pixels, so that noise and chroma subsampling do not count.
    private static byte[] Half(RgbImage image)
    {
        var reducer = new Imaging.Decoding.AreaReducer(image.Width, image.Height, 400, 300);
        var result = new List<byte>();
        for (var row = 0; row < image.Height; row++)
        {
            if (reducer.Add(image.Pixels.Slice(row * image.Width * 3, image.Width * 3)))
                result.AddRange(reducer.LastRow);
        }

        return [.. result];
    }

    private static double Difference(byte[] first, byte[] second) => first.Zip(second, (a, b) => Math.Abs(a - b)).Average();

    private static void AssertNear(RgbImage image, byte red, byte green, byte blue, int within)
    {
        for (var i = 0; i < image.Pixels.Length; i += 3)
        {
            Assert.InRange(image.Pixels[i], red - within, red + within);
            Assert.InRange(image.Pixels[i + 1], green - within, green + within);
            Assert.InRange(image.Pixels[i + 2], blue - within, blue + within);
        }
    }
}
