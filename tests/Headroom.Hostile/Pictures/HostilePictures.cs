using Headroom.Imaging.Headers;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Hostile.Pictures;

/// <summary>Pictures at the edges of what is let in, by what they make a decoder allocate.</summary>
internal static class HostilePictures
{
    /// <summary>The longest side there is, and what of it fits into the largest number of pixels that is accepted.</summary>
    private const int Longest = 65_535;

    /// <summary>What libjpeg makes and reads at most.</summary>
    private const int LongestJpeg = 65_500;

    internal static IReadOnlyDictionary<string, Func<byte[]>> Named { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["maker notes in a JPEG"] = () => Bombs.WithSegments(
            Sample.Jpeg(64, 64), Enumerable.Repeat(Bombs.Segment(0xE1, [.. "Exif\0\0"u8, .. Bombs.Exif(65_000)]), 30)),
        ["maker notes in a PNG"] = () => Bombs.Png(64, 64, 8, 2, before: [HandMade.Chunk("eXIf", Bombs.Exif(2_000_000))]),
        ["maker notes after a PNG"] = () => Bombs.Png(64, 64, 8, 2, after: [HandMade.Chunk("eXIf", Bombs.Exif(2_000_000))]),
        ["maker notes in a WebP"] = () => WebpFiles.WithChunks(
            Sample.Webp(64, 64), 64, 64, WebpFiles.HasExif, [], WebpFiles.Chunk("EXIF", Bombs.Exif(2_000_000))),
        ["a profile of 8 MB in a JPEG"] = () => Bombs.WithSegments(Sample.Jpeg(64, 64), Bombs.ProfileSegments(Bombs.Profile(8_000_000))),
        ["a profile of 8 MB in a WebP"] = () => WebpFiles.WithChunks(
            Sample.Webp(64, 64), 64, 64, WebpFiles.HasProfile, [WebpFiles.Chunk("ICCP", Bombs.Profile(8_000_000))]),
        ["a profile of 29 MB deflated in a PNG"] = () => HandMade.Png(HandMade.Chunk("iCCP", [.. "k\0\0"u8, .. HandMade.Deflate(new byte[29 << 20])])),
        ["prefix-code groups"] = () => Bombs.PrefixCodeGroups(),
        ["16 bits"] = () => Bombs.Png(3000, 2000, 16, 2),
        ["16 bits with transparency"] = () => Bombs.Png(3000, 2000, 16, 6),
        ["16 bits with a transparent colour"] = () => Bombs.Png(3000, 2000, 16, 2, before: [HandMade.Chunk("tRNS", new byte[6])]),
        ["16 bits, grey, as wide as can be"] = () => Bombs.Png(Longest, 300, 16, 0),
        ["16 bits, transparent, as wide as can be"] = () => Bombs.Png(Longest, 300, 16, 6),
        ["16 bits, transparent, as wide as can be, eight rows"] = () => Bombs.Png(Longest, 8, 16, 6),
        ["16 bits, grey and transparent, as wide as can be, eight rows"] = () => Bombs.Png(Longest, 8, 16, 4),
        ["as wide as can be, 64 rows"] = () => Bombs.Png(Longest, 64, 8, 2),
        ["as wide as can be, 16 rows, with a profile that is a table"] = () => Bombs.Png(Longest, 16, 8, 2, before: [Profile()]),
        ["interlaced, as wide as can be, with a profile that is a table"] = () => InterlacedWithProfile(Longest, 16),
        ["a palette as wide as can be"] = () => Bombs.Png(Longest, 700, 1, 3, before: [HandMade.Chunk("PLTE", new byte[6]), HandMade.Chunk("tRNS", [0, 9])]),
        ["a PNG as high as can be"] = () => Bombs.Png(700, Longest, 8, 2),
        ["a PNG of 60,000 pieces"] = () => Bombs.Png(300, 200, 8, 2, noise: true, pieces: 60_000),
        ["an interlaced PNG of 16 bits with transparency"] = () => Interlaced16(2000, 1500),
        ["a JPEG as wide as can be"] = () => Sample.File(Sample.Black(LongestJpeg, 700), "jpegsave"),
        ["a JPEG as wide as can be, in passes"] = () => Sample.File(Sample.Black(LongestJpeg, 200), "jpegsave", "interlace", "true", "subsample_mode", "off"),
        ["a JPEG as high as can be"] = () => Sample.File(Sample.Black(700, LongestJpeg), "jpegsave"),
        ["a JPEG with a restart at every block"] = () => Sample.File(Sample.Black(3000, 2000), "jpegsave", "restart_interval", "1"),
        ["a JPEG whose components are sampled most differently"] = () => SampledLike(0x44, 0x11),
        ["a JPEG whose components are sampled most, each"] = () => SampledLike(0x22, 0x22),
        ["a WebP as wide as can be"] = () => Sample.File(Sample.Black(16_383, 400), "webpsave"),
        ["a WebP as high as can be"] = () => Sample.File(Sample.Black(400, 16_383), "webpsave"),
        ["a WebP with transparency as wide as can be"] = () => WebpFiles.WithAlpha(
            Sample.File(Sample.Black(16_383, 300), "webpsave"), 16_383, 300, new byte[16_383 * 300]),
        ["a JPEG with a profile that is a table"] = () => Bombs.WithSegments(Sample.Jpeg(640, 480), Bombs.ProfileSegments(Bombs.TableProfile())),
        ["a JPEG with the largest profile"] = () => Bombs.WithSegments(Sample.Jpeg(64, 64), Bombs.ProfileSegments(Bombs.Profile(ColourProfile.MaxBytes))),
    };

    /// <summary>Files with a few bytes changed, mostly where the structure is.</summary>
    internal static IEnumerable<(string What, byte[] File)> Mutated(Random random, int count)
    {
        var p3 = Sample.File(Sample.Rgb(Sample.Scene(640, 480), 640, 480), "jpegsave", "profile", "p3");
        var originals = new List<(string, byte[])>
        {
            ("jpeg", Sample.Jpeg(1600, 1200)), ("progressive", Sample.Jpeg(1600, 1200, "interlace", "true")), ("profile", p3),
            ("png", Sample.Png(700, 500)), ("interlaced", Sample.Png(700, 500, "interlace", "true")), ("webp", Sample.Webp(1200, 900)),
            ("webp alpha", WebpFiles.WithAlpha(Sample.Webp(400, 300), 400, 300, new byte[400 * 300])),
        };
        originals.AddRange(Named.Where(named => named.Key.StartsWith("maker", StringComparison.Ordinal)).Select(named => (named.Key, named.Value())));
        for (var i = 0; i < count; i++)
        {
            var (what, original) = originals[random.Next(originals.Count)];
            var file = original.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var place = random.Next(random.Next(4) > 0 ? Math.Min(700, file.Length) : file.Length);
                file[place] = random.Next(3) switch { 0 => 0xFF, 1 => (byte)random.Next(256), _ => (byte)(file[place] ^ (1 << random.Next(8))) };
            }

            yield return ($"{what} {i}", file);
        }
    }

    private static byte[] Profile() => HandMade.Chunk("iCCP", [.. "k\0\0"u8, .. HandMade.Deflate(Bombs.TableProfile())]);

    private static byte[] InterlacedWithProfile(int width, int height)
    {
        const int HeaderEnd = 33;
        var file = Sample.File(Sample.Black(width, height), "pngsave", "interlace", "true");
        return [.. file[..HeaderEnd], .. Profile(), .. file[HeaderEnd..]];
    }

    private static byte[] Interlaced16(int width, int height)
    {
        using var scene = Sample.Rgb(Sample.Scene(width, height), width, height);
        using var alpha = Sample.Run("addalpha", scene);
        return Sample.File(Sample.Run("colourspace", alpha, "space", "rgb16"), "pngsave", "interlace", "true", "compression", "1");
    }

    // Its scans no longer fit, but a decoder allocates by the frame.
    private static byte[] SampledLike(byte first, byte others)
    {
        var file = Sample.Jpeg(4000, 3000);
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (file[frame + 11], file[frame + 14], file[frame + 17]) = (first, others, others);
        return file;
    }
}
