using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Headers;

/// <summary>What decoding costs, as the header tells it. The figures themselves are measured, in docs/explanation/decoding-photos.md.</summary>
public sealed class PixelPassesTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void An_ordinary_jpeg_costs_little_more_than_its_pixels()
    {
        var header = _decoder.Header(Sample.Jpeg(1200, 900));

        Assert.InRange(header.PixelPasses, header.Pixels, header.Pixels * 3);
    }

    [Fact]
    public void Each_scan_of_a_jpeg_costs()
    {
        var progressive = Sample.Jpeg(800, 600, "interlace", "true");
        var few = _decoder.Header(progressive).PixelPasses;
        var many = _decoder.Header(HandMade.WithManyScans(progressive, 20)).PixelPasses;

        Assert.True(few > _decoder.Header(Sample.Jpeg(800, 600)).PixelPasses);
        Assert.True(many > few + (19 * 800 * 600 / 10), $"{few}, {many}");
    }

    [Fact]
    public void Sixteen_bits_transparency_and_interlacing_cost()
    {
        var plain = Passes(Bombs.Png(100, 80, 8, 2));

        Assert.True(Passes(Bombs.Png(100, 80, 16, 2)) > plain);
        Assert.True(Passes(Bombs.Png(100, 80, 8, 6)) > plain);
        Assert.True(Passes(Bombs.Png(100, 80, 16, 6)) > Passes(Bombs.Png(100, 80, 16, 2)));
        Assert.True(Passes(Sample.Png(100, 80, "interlace", "true")) > Passes(Sample.Png(100, 80)));
    }

    [Fact]
    public void What_costs_more_than_is_allowed_is_refused_by_its_header_and_told_what_to_send()
    {
        var file = Bombs.Png(100, 80, 16, 6);
        var passes = Passes(file);
        var exact = new ImageDecoder(new ImageDecoderOptions { MaxPixelPasses = passes });
        var less = new ImageDecoder(new ImageDecoderOptions { MaxPixelPasses = passes - 1 });

        Assert.Equal(passes, exact.Header(file).PixelPasses);
        var refusal = Assert.Throws<ImageException>(() => less.Header(file));
        Assert.Equal(ImageProblem.TooCostly, refusal.Problem);
        Assert.Contains("a PNG of 8 bits", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fifty_megapixels_of_what_cameras_make_are_within_the_default_and_of_sixteen_bits_with_transparency_are_not()
    {
        Assert.Null(Refusal(Bombs.Png(8000, 6250, 8, 2)));
        Assert.Equal(ImageProblem.TooCostly, Refusal(Bombs.Png(8000, 6250, 16, 6)));
    }

    private long Passes(byte[] file) => _decoder.Header(file).PixelPasses;

    private ImageProblem? Refusal(byte[] file)
    {
        try
        {
            _decoder.Header(file);
            return null;
        }
        catch (ImageException refusal)
        {
            return refusal.Problem;
        }
    }
}
