using System.Text;
using Headroom.Imaging.Headers;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Headers;

/// <summary>What a codec gets to see of a file.</summary>
public sealed class KeptPartsTests
{
    private const string Canary = "a canary that no codec may hear";
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void No_metadata_of_a_jpeg_reaches_the_codec()
    {
        var plain = Sample.Jpeg(400, 300, "interlace", "true");
        var canary = Encoding.ASCII.GetBytes(Canary);
        var segments = Enumerable.Range(0xE0, 16).Append(0xFE).Append(0xF0).Append(0xDC).Select(marker => Bombs.Segment((byte)marker, canary))
            .Append(Bombs.Segment(0xE1, [.. "Exif\0\0"u8, .. canary])).Append(Bombs.Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. canary]))
            .Append(Bombs.Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 3, 3, .. canary]))
            .ToList();
        var lastScan = plain.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] metadata = [.. segments.SelectMany(s => s)];
        byte[] file = [.. plain[..2], .. metadata, .. plain[2..lastScan], .. metadata, .. canary, .. plain[lastScan..], .. canary];
        AssertSilent(file, plain);
    }

    [Fact]
    public void No_metadata_of_a_png_reaches_the_codec()
    {
        var canary = Encoding.ASCII.GetBytes(Canary);
        string[] types =
        [
            "eXIf", "tEXt", "zTXt", "iTXt", "iCCP", "pHYs", "sPLT", "hIST", "gAMA", "cHRM", "sRGB", "bKGD", "tIME", "acTL", "fcTL", "fdAT", "PLTE", "quIz",
        ];
        var chunks = types.Select(type => HandMade.Chunk(type, canary)).ToArray();
        byte[] file = [.. Bombs.Png(60, 40, 8, 2, noise: true, chunks, chunks), .. canary];
        AssertSilent(file, Bombs.Png(60, 40, 8, 2, noise: true));
    }

    [Fact]
    public void No_metadata_of_a_webp_reaches_the_codec()
    {
        var canary = Encoding.ASCII.GetBytes(Canary);
        var plain = Sample.Webp(60, 40);
        var chunks = new[] { "ICCP", "EXIF", "XMP ", "ALPH", "quiz" }.Select(type => WebpFiles.Chunk(type, canary)).ToArray();
        byte[][] before = [chunks[0], chunks[1], chunks[2], chunks[4]];
        byte[][] after = [.. chunks, WebpFiles.Picture(Sample.Webp(30, 20))];
        byte[] file = [.. WebpFiles.WithChunks(plain, 60, 40, 0xFF & ~0x02, before, after), .. canary];
        AssertSilent(file, plain);
    }

    [Fact]
    public void An_adobe_segment_keeps_the_meaning_of_the_channels_and_nothing_else()
    {
        using var red = Sample.Rgb([.. Enumerable.Repeat(new byte[] { 220, 30, 30 }, 64 * 64).SelectMany(pixel => pixel)], 64, 64);
        var file = Sample.File(Sample.Run("colourspace", red, "space", "cmyk"), "jpegsave", "Q", "95");
        var seen = Seen(file);
        Assert.True(seen.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xEE, 0, 14, .. "Adobe"u8]) > 0);
        Assert.True(seen.Length < file.Length);
    }

    [Fact]
    public void What_a_codec_reads_can_be_read_from_anywhere_in_pieces_of_any_length()
    {
        byte[] file = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        var parts = new KeptParts();
        parts.Keep(10, 5);
        parts.Keep(15, 5);
        parts.Add([1, 2, 3]);
        parts.Keep(100, 0);
        parts.Keep(50, 30);
        parts.Prepend([9]);
        byte[] expected = [9, .. file[10..20], 1, 2, 3, .. file[50..80]];
        Assert.Equal(4, parts.All.Count);
        using var stored = new MemoryStream(file);
        using var spliced = new SplicedStream(stored, parts.All);
        Assert.Equal(expected.Length, spliced.Length);
        for (var length = 1; length <= expected.Length; length++)
        {
            for (var start = expected.Length; start >= 0; start--)
            {
                Assert.Equal(start, spliced.Seek(start - expected.Length, SeekOrigin.End));
                var piece = new byte[length];
                var read = spliced.ReadAtLeast(piece, length, throwOnEndOfStream: false);
                Assert.Equal(expected[start..Math.Min(expected.Length, start + length)], piece[..read]);
            }
        }
    }

    private void AssertSilent(byte[] file, byte[] plain)
    {
        Assert.True(file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Canary)) >= 0);
        Assert.True(Seen(file).AsSpan().IndexOf("canary"u8) < 0);
        using var image = _decoder.Decode(file);
        using var expected = _decoder.Decode(plain);
        Assert.True(image.Pixels.SequenceEqual(expected.Pixels));
    }

    private static byte[] Seen(byte[] file)
    {
        using var stored = new MemoryStream(file);
        using var spliced = new SplicedStream(stored, StoredPicture.Read(stored, new SizeLimit(50_000_000)).Parts);
        var seen = new byte[spliced.Length];
        spliced.ReadExactly(seen);
        return seen;
    }
}
