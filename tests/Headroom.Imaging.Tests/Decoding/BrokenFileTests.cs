using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Decoding;

public sealed class BrokenFileTests
{
    private readonly ImageDecoder _decoder = new();

    public static TheoryData<string> Kinds => ["baseline", "progressive", "png", "interlaced", "webp", "webp alpha"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_cut_at_any_tenth_is_truncated(string kind)
    {
        var file = Make(kind);
        Assert.Null(_decoder.Problem(file));
        for (var tenth = 1; tenth < 10; tenth++)
            Assert.Equal(ImageProblem.Truncated, _decoder.Problem(file[..(file.Length * tenth / 10)]));
    }

    [Fact]
    public void A_restored_photo_cut_in_half_is_truncated()
    {
        foreach (var name in Sample.RestoredNames())
        {
            var photo = Sample.Restored(name);
            Assert.Equal(ImageProblem.Truncated, _decoder.Problem(photo[..(photo.Length / 2)]));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Flipped_bits_give_a_picture_or_a_typed_error(string kind)
    {
        var file = Make(kind);
        var random = new Random(20);
        var outcomes = new List<ImageProblem?>();
        for (var i = 0; i < 400; i++)
        {
            var broken = file.ToArray();

            // Half of the flips hit the first 700 bytes, where the structure is.
            var place = random.Next(i % 2 == 0 ? Math.Min(700, broken.Length) : broken.Length);
            broken[place] ^= (byte)(1 << random.Next(8));
            outcomes.Add(_decoder.Problem(broken));
        }

        Assert.Contains(outcomes, outcome => outcome is not null);
    }

    [Fact]
    public void A_picture_of_noise_after_a_valid_start_gives_a_picture_or_a_typed_error()
    {
        var random = new Random(21);
        foreach (var kind in Kinds.Select(row => row.Data))
        {
            var file = Make(kind);
            for (var i = 0; i < 50; i++)
            {
                var broken = file.ToArray();
                random.NextBytes(broken.AsSpan(random.Next(16, broken.Length)));
                _decoder.Problem(broken);
            }
        }
    }

    [Fact]
    public void A_progressive_jpeg_of_a_thousand_scans_is_refused() =>
        Assert.Equal(ImageProblem.Unsupported, _decoder.Problem(HandMade.WithManyScans(Sample.Jpeg(640, 480, "interlace", "true"), 1000)));

    [Fact]
    public void Metadata_of_a_png_that_cannot_be_inflated_does_no_harm()
    {
        byte[][] chunks = [HandMade.Chunk("zTXt", [.. "k\0\0"u8, 1, 2, 3]), HandMade.Chunk("iCCP", [.. "p\0\0"u8, 9, 9, 9])];
        using var image = _decoder.Decode(HandMade.Png(chunks));
        Assert.Equal((8, 8), (image.Width, image.Height));
    }

    [Fact]
    public void A_broken_colour_profile_is_no_reason_to_refuse_a_photo()
    {
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[200]];
        var photo = Sample.Jpeg(64, 48);
        byte[] file = [.. photo[..2], 0xFF, 0xE2, (byte)((profile.Length + 2) >> 8), (byte)(profile.Length + 2), .. profile, .. photo[2..]];
        using var image = _decoder.Decode(file);
        Assert.Equal((64, 48), (image.Width, image.Height));
    }

    private static byte[] Make(string kind) => kind switch
    {
        "baseline" => Sample.Jpeg(400, 300),
        "progressive" => Sample.Jpeg(400, 300, "interlace", "true"),
        "png" => Sample.Png(200, 150),
        "interlaced" => Sample.Png(200, 150, "interlace", "true"),
        "webp" => Sample.Webp(400, 300),
        _ => WebpFiles.WithAlpha(Sample.Webp(200, 150), 200, 150, new byte[200 * 150]),
    };
}
