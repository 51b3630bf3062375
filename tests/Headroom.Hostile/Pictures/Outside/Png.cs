using System.IO.Compression;

namespace Headroom.Hostile.Pictures.Outside;

/// <summary>PNG files from scratch: every kind of pixel, interlaced or not, whose data need not be what the header says.</summary>
internal sealed class Png(Random random)
{
    private const long MostRaw = 24_000_000;
    private const int MostNoise = 2_000_000;
    private static readonly (int X, int Y, int DX, int DY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly PngChunks _chunks = new(random);

    public (string What, byte[] File) Make()
    {
        var (width, height) = random.Area(random.Pick(65_535, 65_535, 200_000, 1_000_000));
        var (type, depth) = random.Pick(
            (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16), (2, 8), (6, 8));
        if (random.OneIn(60))
            (type, depth) = (random.Next(8), random.Pick(1, 2, 4, 8, 16, 3, 32, 0));
        var interlaced = random.OneIn(3);
        var bits = depth * (type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });
        var (data, content) = Compressed(width, height, bits, interlaced);
        var (saidWidth, saidHeight) = (width, height);
        var lie = random.OneIn(14);
        if (lie)
            (saidWidth, saidHeight) = random.Pick(
                (height, width), (width, height * 2), (width * 2, height), (width, 1), (1, height), (width, int.MaxValue), (0, height));
        var header = new Bytes().Big32(saidWidth).Big32(saidHeight).Raw((byte)depth, (byte)type, 0, 0, (byte)(interlaced ? 1 : 0)).ToArray();
        var file = _chunks.Assemble(header, type, depth, data, out var extras);
        return ($"png {saidWidth}×{saidHeight}{(lie ? $" (data of {width}×{height})" : "")} type {type} depth {depth}"
            + $"{(interlaced ? " interlaced" : "")}, {content}, {extras}", file);
    }

    private (byte[] Data, string Content) Compressed(int width, int height, int bits, bool interlaced)
    {
        var filter = random.Pick(0, 1, 2, 3, 4, -1, -1, 4);
        var noise = random.OneIn(5) ? MostNoise : random.Pick(0, 2000);
        var output = new MemoryStream();
        var level = random.Pick(CompressionLevel.Fastest, CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.NoCompression);
        if (level == CompressionLevel.NoCompression && Raw(width, height, bits) > MostNoise)
            level = CompressionLevel.Fastest;
        long written = 0;
        using (var zlib = new ZLibStream(output, level, leaveOpen: true))
        {
            foreach (var (columns, rows) in interlaced ? Reduced(width, height) : [(width, height)])
            {
                var row = new byte[1 + ((long)columns * bits + 7) / 8];
                for (var y = 0; y < rows && written < MostRaw; y++)
                {
                    Fill(row, filter, noise - written);
                    zlib.Write(row);
                    written += row.Length;
                }
            }

            if (random.OneIn(25))
            {
                zlib.Write(new byte[20_000_000]);
                written += 20_000_000;
            }
        }

        var (data, damage) = Damaged(output.ToArray());
        return (data, $"{written} raw bytes in {data.Length} filter {filter} noise {noise}{damage}");
    }

    private void Fill(byte[] row, int filter, long noise)
    {
        if (noise > 0)
            random.NextBytes(row);
        else
            row.AsSpan().Clear();
        row[0] = (byte)(filter >= 0 ? filter : random.Next(5));
        if (random.OneIn(200_000))
            row[0] = 200;
    }

    private static long Raw(int width, int height, int bits) => (1 + ((long)width * bits + 7) / 8) * height;

    private static IEnumerable<(int Columns, int Rows)> Reduced(int width, int height)
    {
        foreach (var (x, y, dx, dy) in Passes)
        {
            var (columns, rows) = ((width - x + dx - 1) / dx, (height - y + dy - 1) / dy);
            if (columns > 0 && rows > 0)
                yield return (columns, rows);
        }
    }

    private (byte[] Data, string Damage) Damaged(byte[] data)
    {
        switch (random.Next(40))
        {
            case 0:
                data[^1] ^= 1;
                return (data, ", wrong sum");
            case 1:
                return (data[..(data.Length / 2)], ", half of it");
            case 2:
                data[1] = 0x20;
                data[0] = (byte)(0x78 | 7);
                return (data, ", preset dictionary");
            case 3:
                (data[0], data[1]) = (0x08, 0x1D);
                return (data, ", window of 256 bytes");
            case 4:
                return ([.. data, .. random.Noise(1_000_000)], ", noise behind it");
            case 5:
                return ([.. data, .. data], ", twice");
            default:
                return (data, "");
        }
    }
}
