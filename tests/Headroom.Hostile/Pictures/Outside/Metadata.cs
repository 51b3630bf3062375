namespace Headroom.Hostile.Pictures.Outside;

/// <summary>EXIF blocks and colour profiles that any of the formats can carry: right ones, and such as point at one thing many times.</summary>
internal static class Metadata
{
    private const int HeaderOfProfile = 128;

    public static byte[] Exif(Random random)
    {
        var entries = random.Pick(1, 2, 5, 60, 400, 5000);
        var shared = random.Pick(0, 10, 1000, 60_000, 800_000);
        var kind = random.Next(6);
        var file = new Bytes();
        file.Ascii("II").Little16(42).Little32(8).Little16(entries);
        var end = 8 + 2 + 12 * entries + 4;
        Entry(file, 0x0112, 3, 1, random.Pick(1, 2, 3, 4, 5, 6, 7, 8, 6, 8, 0, 9, 65535));
        for (var i = 1; i < entries; i++)
        {
            // Every entry names the same bytes, or one that is said to be longer than the block.
            var tag = random.Pick(0x8769, 0x8825, 0x927C, 0x010E, 0x0201, 0xA005, 0x9286) + (kind == 1 ? i : 0);
            Entry(file, tag, random.Pick(1, 2, 4, 5, 7, 12), kind == 2 ? 0x7FFFFFFF : Math.Max(1, shared / 8), kind == 3 ? 8 : end);
        }

        file.Little32(random.Pick(0, 0, 8, end));
        return file.Raw(random.OneIn(2) ? random.Noise(shared) : new byte[shared]).ToArray();
    }

    public static byte[] Profile(Random random)
    {
        var cmyk = random.OneIn(6);
        var tags = random.Next(5) switch
        {
            0 => Matrix(random.Pick(0, 1, 256, 4096, 65_000)),
            1 or 2 => Tables(cmyk ? 4 : 3, random),
            3 => Many(random.Pick(50, 100, 1000, 20_000), random.Noise(random.Magnitude(300_000))),
            _ => [("desc", random.Noise(random.Magnitude(2_000_000)))],
        };
        var profile = new Bytes();
        var start = HeaderOfProfile + 4 + 12 * tags.Length;
        var length = start + tags.Select(tag => tag.Data).Distinct().Sum(data => (data.Length + 3) & ~3);
        profile.Big32(random.OneIn(12) ? random.Next() : length).Ascii("lcms").Big32(0x04300000).Ascii(random.Pick("mntr", "prtr", "scnr", "spac"));
        profile.Ascii(cmyk ? "CMYK" : random.Pick("RGB ", "RGB ", "RGB ", "GRAY")).Ascii(random.Pick("XYZ ", "Lab ")).Zeros(12).Ascii("acsp").Zeros(28);
        profile.Big32(0xF6D6).Big32(0x10000).Big32(0xD32D).Zeros(HeaderOfProfile - 80);
        profile.Big32(tags.Length);
        var placed = new Dictionary<byte[], int>();
        var at = start;
        foreach (var (name, data) in tags)
        {
            if (placed.TryAdd(data, at))
                at += (data.Length + 3) & ~3;
            profile.Ascii(name).Big32(placed[data]).Big32(data.Length);
        }

        foreach (var data in placed.Keys)
            profile.Raw(data).Zeros(-data.Length & 3);
        return profile.ToArray();
    }

    private static void Entry(Bytes file, int tag, int type, int count, int value) =>
        file.Little16(tag).Little16(type).Little32(count).Little32(value);

    private static (string Name, byte[] Data)[] Matrix(int points)
    {
        var curve = new Bytes().Ascii("curv").Zeros(4).Big32(points);
        for (var i = 0; i < points; i++)
            curve.Big16(points == 1 ? 0x0233 : (int)(65535L * i / points));
        var tone = curve.ToArray();
        return
        [
            ("rXYZ", Xyz(0x6FA2, 0x38F5, 0x390)), ("gXYZ", Xyz(0x6299, 0xB785, 0x18DA)), ("bXYZ", Xyz(0x24A0, 0xF84, 0xB6CF)),
            ("wtpt", Xyz(0xF6D6, 0x10000, 0xD32D)), ("rTRC", tone), ("gTRC", tone), ("bTRC", tone), ("kTRC", tone),
        ];
    }

    private static byte[] Xyz(int x, int y, int z) => new Bytes().Ascii("XYZ ").Zeros(4).Big32(x).Big32(y).Big32(z).ToArray();

    // Look-up tables with a grid as fine as fits into about 2 MB, and curves as long as the type allows.
    private static (string Name, byte[] Data)[] Tables(int channels, Random random)
    {
        var grid = random.Next(2, channels == 4 ? 20 : 60);
        var curve = random.Pick(2, 256, 4096);
        var cells = 1;
        for (var i = 0; i < channels; i++)
            cells *= grid;
        var table = new Bytes().Ascii("mft2").Zeros(4).Raw((byte)channels, 3, (byte)grid, 0);
        for (var i = 0; i < 9; i++)
            table.Big32(i % 4 == 0 ? 0x10000 : 0);
        table.Big16(curve).Big16(curve);
        for (var i = 0; i < channels * curve; i++)
            table.Big16(65535 * (i % curve) / (curve - 1));
        table.Raw(random.Noise(cells * 3 * 2));
        for (var i = 0; i < 3 * curve; i++)
            table.Big16(65535 * (i % curve) / (curve - 1));
        var lut = table.ToArray();
        return [("A2B0", lut), ("A2B1", lut), ("A2B2", lut), ("B2A0", lut), ("wtpt", Xyz(0xF6D6, 0x10000, 0xD32D))];
    }

    private static (string Name, byte[] Data)[] Many(int count, byte[] data) =>
        [.. Enumerable.Range(0, count).Select(i => (i.ToString("X4", System.Globalization.CultureInfo.InvariantCulture), data))];
}
