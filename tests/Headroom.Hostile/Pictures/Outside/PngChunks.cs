using System.IO.Compression;

namespace Headroom.Hostile.Pictures.Outside;

/// <summary>The chunks of a PNG file: the picture's data in pieces of any size, between ancillary chunks of every kind.</summary>
internal sealed class PngChunks(Random random)
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];
    private static readonly Lazy<byte[]>[] Bombs =
        [.. new[] { 1000, 100_000, 4_000_000, 30_000_000, 100_000_000 }.Select(length => new Lazy<byte[]>(() => Zip(new byte[length])))];

    public byte[] Assemble(byte[] header, int type, int depth, byte[] data, out string extras)
    {
        var file = new Bytes().Raw(0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10);
        var kinds = new List<string>();
        if (random.OneIn(80))
            Ancillary(file, kinds);
        Chunk(file, "IHDR", random.OneIn(120) ? [.. header, 0] : header);
        if (random.OneIn(120))
            Chunk(file, "IHDR", header);
        Some(file, kinds);
        var colours = random.OneIn(15) ? random.Pick(256, 257, 0) : random.Pick(1 << Math.Min(depth, 8), 2, 1);
        if (type == 3 || (type is 2 or 6 && random.OneIn(10)))
            Chunk(file, "PLTE", random.Noise(3 * colours));
        if (random.OneIn(type is 4 or 6 ? 30 : 3))
            Chunk(file, "tRNS", type switch
            {
                0 => [0, 0],
                2 => new byte[6],
                _ => random.Noise(random.OneIn(15) ? 1000 : random.Next(1, colours + 2)),
            });
        Some(file, kinds);
        var pieces = Pieces(file, data, kinds);
        Some(file, kinds);
        if (!random.OneIn(40))
            Chunk(file, "IEND", []);
        if (random.OneIn(40))
            Some(file, kinds);
        extras = $"{pieces} IDAT, [{string.Join(' ', kinds.Take(12))}{(kinds.Count > 12 ? $" … {kinds.Count}" : "")}]";
        return file.ToArray();
    }

    private int Pieces(Bytes file, byte[] data, List<string> kinds)
    {
        var most = random.Pick(1, 100, 8192, 8192, 65_536, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
        var size = Math.Max(most, data.Length / 100_000);
        var empty = random.OneIn(40) ? random.Pick(1, 1000, 200_000) : 0;
        for (var i = 0; i < empty; i++)
            Chunk(file, "IDAT", []);
        var count = empty;
        for (var at = 0; at < data.Length; count++)
        {
            var length = Math.Min(size, data.Length - at);
            Chunk(file, "IDAT", data.AsSpan(at, length));
            at += length;
            if (random.OneIn(200_000) || (size == int.MaxValue && random.OneIn(200)))
                Ancillary(file, kinds);
        }

        return count;
    }

    private void Some(Bytes file, List<string> kinds)
    {
        var count = random.Next(90) switch { 0 => 3000, 1 => 60, < 54 => 0, var few => few % 4 };
        var same = count > 4 && random.OneIn(2) ? random.Next(int.MaxValue) : (int?)null;
        for (var i = 0; i < count && file.Length < 6_000_000; i++)
            Ancillary(file, kinds, same, count > 100 ? 300 : 1_500_000);
    }

    private void Ancillary(Bytes file, List<string> kinds, int? kind = null, int most = 1_500_000)
    {
        var (name, data) = Body(kind ?? random.Next(100), random.OneIn(4) ? random.Magnitude(most) : random.Magnitude(200));
        kinds.Add(name);
        Chunk(file, name, data, damaged: random.OneIn(60));
    }

    private (string Name, byte[] Data) Body(int kind, int size) => (kind % 25) switch
    {
        0 => ("gAMA", new Bytes().Big32(random.Pick(45_455, 0, -1)).ToArray()),
        1 => ("cHRM", random.Noise(32)),
        2 => ("sRGB", [(byte)random.Next(5)]),
        3 => ("iCCP", [.. "x\0\0"u8, .. Zip(Metadata.Profile(random))]),
        4 => ("iCCP", [.. "x\0\0"u8, .. Zeros()]),
        5 => ("sBIT", random.Noise(random.Next(1, 5))),
        6 => ("bKGD", random.Noise(random.Pick(1, 2, 6))),
        7 => ("hIST", random.Noise(2 * random.Pick(1, 256))),
        8 => ("pHYs", random.Noise(9)),
        9 => ("sPLT", [.. "y\0"u8, (byte)random.Pick(8, 16), .. random.Noise(size * 6)]),
        10 => ("tIME", random.Noise(7)),
        11 => ("tEXt", [.. "Comment\0"u8, .. new byte[size]]),
        12 => ("zTXt", [.. "Comment\0\0"u8, .. Zeros()]),
        13 => ("iTXt", [.. "XML:com.adobe.xmp\0\x1\0\0\0"u8, .. Zeros()]),
        14 => ("iTXt", [.. "Comment\0\0\0\0\0"u8, .. new byte[size]]),
        15 => ("eXIf", Metadata.Exif(random)),
        16 => ("acTL", new Bytes().Big32(random.Pick(1, 2, int.MaxValue)).Big32(0).ToArray()),
        17 => ("fcTL", new Bytes().Big32(0).Big32(random.Magnitude(60_000)).Big32(random.Magnitude(60_000)).Zeros(14).ToArray()),
        18 => ("fdAT", [0, 0, 0, 1, .. Zeros()]),
        19 => ("pCAL", random.Noise(size)),
        20 => ("sCAL", [1, .. "1e300\0-1"u8]),
        21 => ("cICP", [9, 16, 0, 1]),
        22 => ("mkBF", new byte[size]),
        23 => (random.OneIn(20) ? "CgBI" : "cpIp", random.Noise(size)),
        _ => ("abCd", random.Noise(size)),
    };

    // A bomb: at most 100 MB of zeros in a thousandth of it.
    private byte[] Zeros() => random.Pick<Lazy<byte[]>>(Bombs).Value;

    private static byte[] Zip(byte[] data)
    {
        var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);
        return output.ToArray();
    }

    private static void Chunk(Bytes file, string name, ReadOnlySpan<byte> data, bool damaged = false)
    {
        file.Big32(data.Length).Ascii(name).Raw(data);
        var sum = 0xFFFFFFFF;
        foreach (var letter in name)
            sum = Table[(byte)(sum ^ letter)] ^ (sum >> 8);
        foreach (var one in data)
            sum = Table[(byte)(sum ^ one)] ^ (sum >> 8);
        file.Big32(damaged ? sum : ~sum);
    }

    private static uint Entry(int index)
    {
        var entry = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            entry = (entry & 1) == 0 ? entry >> 1 : 0xEDB88320 ^ (entry >> 1);
        return entry;
    }
}
