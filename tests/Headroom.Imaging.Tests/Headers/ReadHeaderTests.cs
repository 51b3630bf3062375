using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Headers;

public sealed class ReadHeaderTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void A_jpeg_says_its_size_as_stored_and_its_orientation()
    {
        var header = _decoder.Header(Sample.WithOrientation(Sample.Jpeg(120, 80), 6));
        Assert.Equal((ImageFormat.Jpeg, 120, 80, 6), (header.Format, header.Width, header.Height, header.Orientation));
        Assert.Equal(9600, header.Pixels);
        Assert.True(header.SwapsSides);
    }

    [Fact]
    public void A_baseline_jpeg_needs_rows_only()
    {
        var header = _decoder.Header(Sample.Jpeg(320, 200));
        Assert.False(header.Progressive);
        Assert.Equal(0, header.BufferedBytes);
    }

    [Theory]
    [InlineData("on", 320 * 208 * 2 * 3 / 2)]
    [InlineData("off", 320 * 200 * 2 * 3)]
    public void A_progressive_jpeg_says_so_and_what_its_coefficients_take(string subsampling, long bytes)
    {
        var header = _decoder.Header(Sample.Jpeg(320, 200, "interlace", "true", "subsample_mode", subsampling));
        Assert.True(header.Progressive);
        Assert.Equal(bytes, header.BufferedBytes);
    }

    [Fact]
    public void An_interlaced_png_says_so_and_what_its_pixels_take()
    {
        var header = _decoder.Header(Sample.Png(100, 50, "interlace", "true"));
        Assert.Equal((ImageFormat.Png, true, 100 * 50 * 3L), (header.Format, header.Progressive, header.BufferedBytes));
        Assert.False(_decoder.Header(Sample.Png(100, 50)).Progressive);
    }

    [Fact]
    public void A_webp_streams_and_its_transparency_is_held_whole()
    {
        var lossy = _decoder.Header(Sample.Webp(100, 50));
        var clear = _decoder.Header(WebpFiles.WithAlpha(Sample.Webp(100, 50), 100, 50, new byte[100 * 50]));
        Assert.Equal((ImageFormat.WebP, 100, 50, 0L), (lossy.Format, lossy.Width, lossy.Height, lossy.BufferedBytes));
        Assert.Equal((100, 50, 100 * 50L, 100 * 4L), (clear.Width, clear.Height, clear.BufferedBytes, clear.RowBytes));
    }

    [Fact]
    public void Pixels_up_to_the_limit_are_accepted_and_one_more_is_not()
    {
        var exact = new ImageDecoder(new ImageDecoderOptions { MaxPixels = 5000 });
        var less = new ImageDecoder(new ImageDecoderOptions { MaxPixels = 4999 });
        foreach (var file in new[] { Sample.Jpeg(100, 50), Sample.Png(100, 50), Sample.Webp(100, 50) })
        {
            Assert.Equal(5000, exact.Header(file).Pixels);
            var exception = Assert.Throws<ImageException>(() => less.Header(file));
            Assert.Equal(ImageProblem.TooManyPixels, exception.Problem);
            Assert.Contains("100 × 50", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_jpeg_that_declares_65535_a_side_is_refused_from_its_header() =>
        Assert.Equal(ImageProblem.TooManyPixels, _decoder.Problem(HandMade.JpegOfSize(65535, 65535)));

    [Fact]
    public void A_png_with_a_side_that_no_camera_makes_is_refused_however_few_its_pixels() =>
        Assert.Equal(ImageProblem.TooManyPixels, _decoder.Problem(Sample.File(Sample.Black(70_000, 1), "pngsave")));

    [Fact]
    public void A_jpeg_without_code_tables_and_pixels_is_corrupt() =>
        Assert.Equal(ImageProblem.Corrupt, _decoder.Problem(HandMade.JpegOfSize(64, 64)));

    [Theory]
    [InlineData(0, 64)]
    [InlineData(64, 0)]
    public void A_jpeg_of_no_width_or_height_is_corrupt(int width, int height) =>
        Assert.Equal(ImageProblem.Corrupt, _decoder.Problem(HandMade.JpegOfSize((ushort)width, (ushort)height)));

    [Fact]
    public void An_animated_webp_is_refused()
    {
        var animated = HandMade.AnimatedWebp(Sample.Webp(64, 48), 64, 48);
        var exception = Assert.Throws<ImageException>(() => _decoder.Header(animated));
        Assert.Equal(ImageProblem.Unsupported, exception.Problem);
        Assert.Contains("nimated WebP", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_webp_shorter_than_its_container_says_is_truncated()
    {
        var file = Sample.Webp(64, 48);
        Assert.Equal(ImageProblem.Truncated, _decoder.Problem(file[..^10]));
    }

    [Fact]
    public void A_png_with_hundreds_of_chunks_before_its_pixels_is_refused()
    {
        var chunks = Enumerable.Repeat(HandMade.Chunk("tIME", [7, 0xEA, 1, 1, 0, 0, 0]), 300).ToArray();
        Assert.Equal(ImageProblem.Unsupported, _decoder.Problem(HandMade.Png(chunks)));
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_the_callers_mistake()
    {
        using var forward = new System.IO.Compression.DeflateStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress);
        Assert.Throws<ArgumentException>(() => _decoder.ReadHeader(forward));
    }

    [Fact]
    public void The_stream_is_read_from_its_start_wherever_it_stands()
    {
        using var stream = new MemoryStream(Sample.Jpeg(100, 50));
        stream.Position = 77;
        Assert.Equal(100, _decoder.ReadHeader(stream).Width);
    }
}
