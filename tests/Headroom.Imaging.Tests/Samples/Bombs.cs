using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Headroom.Imaging.Tests.Samples;

/// <summary>Small files that cost what they do not show. Each of the first kinds ended the server before it read metadata itself.</summary>
internal static class Bombs
{
    /// <summary>
    /// A TIFF block whose maker note, in the way of Olympus, has entries that all name the whole block: a reader of
    /// maker notes copies it for each.
    /// </summary>
    internal static byte[] Exif(int bytes, int entries = 300)
    {
        const int ExifAt = 8 + 2 + (2 * 12) + 4;
        const int MakeAt = ExifAt + 2 + 12 + 4;
        var make = "OLYMPUS IMAGING\0"u8.ToArray();
        var noteAt = MakeAt + make.Length;
        var block = new List<byte>();
        block.AddRange([.. "II*\0"u8, .. Four(8)]);
        block.AddRange([.. Two(2), .. Entry(0x010F, 2, make.Length, MakeAt), .. Entry(0x8769, 4, 1, ExifAt), .. Four(0)]);
        block.AddRange([.. Two(1), .. Entry(0x927C, 7, 8 + 2 + (12 * entries) + 4, noteAt), .. Four(0)]);
        block.AddRange([.. make, .. "OLYMP\0"u8, 1, 0, .. Two(entries)]);
        for (var i = 0; i < entries; i++)
            block.AddRange(Entry(0x0200 + i, 1, bytes - 64, 0));
        block.AddRange(Four(0));
        block.AddRange(new byte[Math.Max(0, bytes - block.Count)]);
        return [.. block];
    }

    /// <summary>A lossless WebP that defines thousands of groups of prefix codes (RFC 9649, 3.7.2.2).</summary>
    internal static byte[] PrefixCodeGroups(int side = 1024, int groups = 65_536)
    {
        var bits = new BitWriter();
        bits.Write(0x2F, 8).Write(side - 1, 14).Write(side - 1, 14).Write(0, 1).Write(0, 3);

        // No transform, no colour cache, meta prefix codes for blocks of 4 × 4.
        bits.Write(0, 1).Write(0, 1).Write(1, 1).Write(0, 3).Write(0, 1);
        EightBitCode(bits, 280);
        EightBitCode(bits, 256);
        for (var i = 0; i < 3; i++)
            OneSymbol(bits);
        var blocks = (side + 3) / 4 * ((side + 3) / 4);
        for (var i = 0; i < blocks; i++)
            bits.Write(Reversed(i % groups & 255), 8).Write(Reversed(i % groups >> 8), 8);
        for (var i = 0; i < groups * 5; i++)
            OneSymbol(bits);
        return WebpFiles.Riff(WebpFiles.Chunk("VP8L", bits.ToArray()));
    }

    /// <summary>An ICC profile of noise that claims to be one of a display.</summary>
    internal static byte[] Profile(int bytes)
    {
        var profile = new byte[bytes];
        new Random(5).NextBytes(profile);
        BinaryPrimitives.WriteInt32BigEndian(profile, bytes);
        Encoding.ASCII.GetBytes("lcms\x02\x10\0\0mntrRGB XYZ ").CopyTo(profile, 4);
        "acsp"u8.CopyTo(profile.AsSpan(36));
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(128), 0);
        return profile;
    }

    /// <summary>A profile that is a table of 13 × 13 × 13 colours, all of them one grey (ICC.1, 10.10): as large as one that is obeyed can be.</summary>
    internal static byte[] TableProfile()
    {
        const int Grid = 13;
        byte[] curves = [0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255];
        byte[] table =
        [
            .. "mft2"u8, 0, 0, 0, 0, 3, 3, Grid, 0,
            .. Enumerable.Range(0, 9).SelectMany(i => i % 4 == 0 ? new byte[] { 0, 1, 0, 0 } : new byte[4]), 0, 2, 0, 2,
            .. curves, .. Enumerable.Repeat(new byte[] { 0x80, 0, 0x80, 0, 0x80, 0 }, Grid * Grid * Grid).SelectMany(colour => colour), .. curves,
        ];
        var profile = Profile(132 + 12 + table.Length);
        Array.Clear(profile, 48, 80);
        "Lab "u8.CopyTo(profile.AsSpan(20));
        byte[] tags = [0, 0, 0, 1, .. "A2B0"u8, 0, 0, 0, 144];
        tags.CopyTo(profile, 128);
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(140), table.Length);
        table.CopyTo(profile, 144);
        return profile;
    }

    /// <summary>A JPEG with segments of one's own after its first two bytes.</summary>
    internal static byte[] WithSegments(byte[] jpeg, params IEnumerable<byte[]> segments) => [.. jpeg[..2], .. segments.SelectMany(s => s), .. jpeg[2..]];

    internal static byte[] Segment(byte marker, params byte[] data) => [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    /// <summary>A profile in as many APP2 segments as it takes.</summary>
    internal static IEnumerable<byte[]> ProfileSegments(byte[] profile)
    {
        var pieces = profile.Chunk(65_000).ToList();
        return pieces.Select((piece, i) => Segment(0xE2, [.. "ICC_PROFILE\0"u8, (byte)(i + 1), (byte)pieces.Count, .. piece]));
    }

    /// <summary>A PNG of any kind, of noise or of nothing.</summary>
    internal static byte[] Png(
        int width, int height, byte depth, byte colourType, bool noise = false, byte[][]? before = null, byte[][]? after = null, int pieces = 1)
    {
        var channels = colourType switch { 0 or 3 => 1, 2 => 3, 4 => 2, _ => 4 };
        var row = new byte[1 + (((width * channels * depth) + 7) / 8)];
        var random = new Random(3);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                if (noise)
                    random.NextBytes(row.AsSpan(1));
                row[0] = 0;
                zlib.Write(row);
            }
        }

        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, depth, colourType, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        var pixels = compressed.ToArray();
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. HandMade.Chunk("IHDR", header), .. Joined(before),
            .. pixels.Chunk(Math.Max(1, (pixels.Length + pieces - 1) / pieces)).SelectMany(piece => HandMade.Chunk("IDAT", piece)),
            .. Joined(after), .. HandMade.Chunk("IEND", []),
        ];
    }

    /// <summary>
    /// A grey progressive JPEG whose scans say in a few bytes each that nothing becomes finer (ITU-T T.81, G.1.2.3: runs of
    /// 16,384 blocks without new coefficients), for which a decoder looks at every coefficient. The picture itself takes a bit
    /// a block.
    /// </summary>
    internal static byte[] EmptyScans(int width, int height, int scans)
    {
        var blocks = (width + 7) / 8 * ((height + 7) / 8);

        // Each table has one code, the bit 0: for no difference, and for a run of 2¹⁴ blocks with 14 more bits.
        byte[] lengths = [1, .. new byte[15]];
        byte[] begin =
        [
            0xFF, 0xD8, .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. Segment(0xC2, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0),
            .. Segment(0xC4, [0x00, .. lengths, 0x00]), .. Segment(0xC4, [0x10, .. lengths, 0xE0]),
            .. Segment(0xDA, 1, 1, 0x00, 0, 0, 0), .. new byte[(blocks + 7) / 8],
        ];
        var nothing = new byte[((((blocks + 16_383) / 16_384) * 15) + 7) / 8];
        return [.. begin, .. Enumerable.Range(0, scans - 1).SelectMany(i => Segment(0xDA, 1, 1, 0x00, 1, 63, Bits(i)).Concat(nothing)), 0xFF, 0xD9];

        // From bit 13 down to bit 0, each of which was the one above in the scan before; what comes then begins again at bit 0.
        static byte Bits(int scan) => scan switch { 0 => 13, <= 13 => (byte)(((14 - scan) << 4) | (13 - scan)), _ => 0 };
    }

    private static byte[] Joined(byte[][]? chunks) => [.. (chunks ?? []).SelectMany(chunk => chunk)];

    private static byte[] Entry(int tag, int type, int count, int value) => [.. Two(tag), .. Two(type), .. Four(count), .. Four(value)];

    private static byte[] Two(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Four(int value) => [.. Two(value), .. Two(value >> 16)];

    private static int Reversed(int value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
            reversed |= ((value >> bit) & 1) << (7 - bit);
        return reversed;
    }

    // A simple code of one symbol, 0, which then takes no bits.
    private static void OneSymbol(BitWriter bits) => bits.Write(1, 1).Write(0, 1).Write(0, 1).Write(0, 1);

    // A normal code in which the first 256 symbols have 8 bits and the others none.
    private static void EightBitCode(BitWriter bits, int alphabet)
    {
        int[] order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8];
        bits.Write(0, 1).Write(order.Length - 4, 4);
        foreach (var length in order)
            bits.Write(length is 0 or 8 ? 1 : 0, 3);
        bits.Write(0, 1);
        for (var i = 0; i < alphabet; i++)
            bits.Write(i < 256 ? 1 : 0, 1);
    }

    private sealed class BitWriter
    {
        private readonly List<byte> _bytes = [];
        private long _bits;
        private int _count;

        public BitWriter Write(int value, int count)
        {
            _bits |= (long)value << _count;
            _count += count;
            for (; _count >= 8; _count -= 8, _bits >>= 8)
                _bytes.Add((byte)_bits);
            return this;
        }

        public byte[] ToArray() => _count > 0 ? [.. _bytes, (byte)_bits] : [.. _bytes];
    }
}
