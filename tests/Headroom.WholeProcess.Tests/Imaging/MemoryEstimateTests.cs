using Headroom.Imaging;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.WholeProcess.Tests.Imaging;

public sealed class MemoryEstimateTests
{
    private const int MiB = 1 << 20;
    private readonly ImageDecoder _decoder = new();

    public static TheoryData<string> Kinds =>
    [
        "jpeg", "jpeg progressive", "jpeg progressive 4:4:4", "jpeg cmyk", "jpeg cmyk progressive", "png", "png interlaced", "png alpha",
        "webp", "webp alpha",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_decode_of_12_megapixels_stays_within_its_estimate(string kind) => AssertWithinEstimate(_decoder, kind);

    [Theory]
    [InlineData("jpeg", 2048)]
    [InlineData("jpeg", 4096)]
    [InlineData("png", 4096)]
    [InlineData("webp", 4096)]
    public void It_does_at_other_sizes_too(string kind, int maxSide) =>
        AssertWithinEstimate(new ImageDecoder(new ImageDecoderOptions { MaxSide = maxSide }), kind);

    [Theory]
    [InlineData("jpeg", 13)]
    [InlineData("png", 28)]
    [InlineData("webp", 28)]
    public void The_estimate_of_a_12_megapixel_phone_photo_is_small(string kind, int megabytes) =>
        Assert.InRange(_decoder.EstimateBytes(_decoder.Header(Make(kind, 4000, 3000))), 1, megabytes * MiB);

    [Fact]
    public void A_progressive_jpeg_is_estimated_at_its_coefficients_and_more()
    {
        var header = _decoder.Header(Make("jpeg progressive", 4000, 3000));
        Assert.True(_decoder.EstimateBytes(header) > 4000L * 3000 * 3);
    }

    [Fact]
    public void A_png_of_30000_a_side_is_refused_from_its_header_in_little_memory()
    {
        var file = HandMade.BlackPng(30_000, 30_000);
        var grown = ProcessMemory.PeakGrowth(() => Assert.Equal(ImageProblem.TooManyPixels, _decoder.Problem(file)));
        Assert.InRange(grown, long.MinValue, 8 * MiB);
    }

    [Fact]
    public void Compressed_text_in_a_png_is_never_inflated()
    {
        var bomb = HandMade.Chunk("zTXt", [.. "k\0\0"u8, .. HandMade.Deflate(new byte[29 * MiB])]);
        var international = HandMade.Chunk("iTXt", [.. "k\0\x01\0\0\0"u8, .. HandMade.Deflate(new byte[29 * MiB])]);
        var profile = HandMade.Chunk("iCCP", [.. "k\0\0"u8, .. HandMade.Deflate(new byte[29 * MiB])]);
        var file = HandMade.Png(bomb, bomb, bomb, international, international, profile);
        _decoder.Decode(HandMade.Png()).Dispose();
        var grown = ProcessMemory.PeakGrowth(() => _decoder.Decode(file).Dispose());
        Assert.InRange(grown, long.MinValue, 8 * MiB);
    }

    private static void AssertWithinEstimate(ImageDecoder decoder, string kind)
    {
        var file = Make(kind, 4000, 3000);
        var header = decoder.Header(file);
        using var stream = new MemoryStream(file);
        using (decoder.Decode(stream, header))
        {
            // The first run of each codec pays for its code pages, which are not the picture's.
        }

        // What else the process does meanwhile (a heap that grows, code that is compiled) only adds to it: the least of a few counts.
        var estimate = decoder.EstimateBytes(header);
        var grown = new List<long>();
        while (grown.Count < 3 && !grown.Exists(bytes => bytes <= estimate))
            grown.Add(ProcessMemory.PeakGrowth(() => decoder.Decode(stream, header).Dispose()));
        Assert.True(grown.Min() <= estimate, $"Estimated at {estimate} bytes, it grew by {string.Join(", ", grown)}. Afterwards: {ProcessMemory.Parts}.");
    }

    private static byte[] Make(string kind, int width, int height) => kind switch
    {
        "jpeg" => Sample.Jpeg(width, height),
        "jpeg progressive" => Sample.Jpeg(width, height, "interlace", "true"),
        "jpeg progressive 4:4:4" => Sample.Jpeg(width, height, "interlace", "true", "subsample_mode", "off"),
        "jpeg cmyk" => Cmyk(width, height),
        "jpeg cmyk progressive" => Cmyk(width, height, "interlace", "true"),
        "png" => Sample.Png(width, height),
        "png interlaced" => Sample.Png(width, height, "interlace", "true"),
        "png alpha" => Alpha(width, height),
        "webp" => Sample.Webp(width, height),
        _ => WebpFiles.WithAlpha(Sample.Webp(width, height), width, height, new byte[width * height]),
    };

    // A scene of three channels is as good as a third wider one of four.
    private static byte[] Cmyk(int width, int height, params string[] options) =>
        Sample.File(Sample.From(Sample.Scene((width + 2) / 3 * 4, height)[..(width * height * 4)], width, height, 4, "cmyk"), "jpegsave", options);

    private static byte[] Alpha(int width, int height)
    {
        using var scene = Sample.Rgb(Sample.Scene(width, height), width, height);
        return Sample.File(Sample.Run("addalpha", scene), "pngsave", "compression", "1");
    }
}
