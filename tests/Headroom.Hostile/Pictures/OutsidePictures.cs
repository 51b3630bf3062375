using Headroom.Hostile.Pictures.Outside;

namespace Headroom.Hostile.Pictures;

/// <summary>
/// Pictures made by somebody who knows the formats and the libraries that read them, and has not read this project's
/// parsers: written from scratch (or from the test photos' parts), and some of them damaged as a whole afterwards.
/// </summary>
internal static class OutsidePictures
{
    private const int MostBytes = 10_000_000;

    public static IEnumerable<(string What, byte[] File)> Make(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            // Each picture has a seed of its own, so that one can be made again without those before it.
            var seed = random.Next();
            var (what, file) = One(new Random(seed));
            yield return ($"{i} ({seed}): {what}", file);
        }
    }

    public static (string What, byte[] File) One(Random random)
    {
        var (what, file) = random.Next(20) switch
        {
            < 8 => new Jpeg(random).Make(),
            < 10 => new JpegSurgery(random).Make(),
            < 15 => new Png(random).Make(),
            _ => new Webp(random).Make(),
        };
        if (random.OneIn(8))
            (what, file) = Damaged(random, what, file);
        return (what, file.Length > MostBytes ? file[..MostBytes] : file);
    }

    private static (string What, byte[] File) Damaged(Random random, string what, byte[] file)
    {
        var (at, length) = (random.Next(file.Length), random.Magnitude(file.Length));
        switch (random.Next(9))
        {
            case 0:
                return ($"{what}; first {at} B", file[..at]);
            case 1:
                return ($"{what}; first {length} B", file[..length]);
            case 2:
                for (var i = random.Magnitude(30); i > 0; i--)
                    file[random.Next(Math.Min(file.Length, random.Pick(60, 1000, file.Length)))] = (byte)random.Next(256);
                return ($"{what}; bytes changed", file);
            case 3:
                return ($"{what}; twice", [.. file, .. file]);
            case 4:
                return ($"{what}; without {length} at {at}", [.. file[..at], .. file[Math.Min(file.Length, at + length)..]]);
            case 5:
                return ($"{what}; {length} behind it", [.. file, .. random.Noise(length)]);
            case 6:
                return ($"{what}; its beginning again at {at}", [.. file[..at], .. file[..length], .. file[at..]]);
            case 7:
                var (second, other) = One(random);
                return ($"{what}; and {second}", [.. file, .. other]);
            default:
                return Posing(random, what, file);
        }
    }

    // Another format's name in front: what does the reader go by?
    private static (string What, byte[] File) Posing(Random random, string what, byte[] file)
    {
        var (name, front) = random.Pick(
            ("PPM", "P6 30000 30000 255\n"u8.ToArray()),
            ("SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30000\" height=\"30000\"><rect width=\"9\" height=\"9\"/></svg>"u8.ToArray()),
            ("GIF", [.. "GIF89a"u8, 0x60, 0xEA, 0x60, 0xEA, 0, 0, 0]),
            ("TIFF", [.. "II*\0\b\0\0\0"u8, .. new byte[100]]),
            ("BMP", [.. "BM"u8, .. new byte[52]]),
            ("PDF", "%PDF-1.7\n"u8.ToArray()),
            ("HEIF", [0, 0, 0, 24, .. "ftypheic\0\0\0\0mif1heic"u8]),
            ("JXL", [0xFF, 0x0A, 0xFA, 0xFF]),
            ("nothing", []),
            ("JPEG", [0xFF, 0xD8, 0xFF]),
            ("PNG", [0x89, .. "PNG\r\n\x1A\n"u8]),
            ("WebP", [.. "RIFF"u8, 0xFF, 0xFF, 0, 0, .. "WEBPVP8 "u8]));
        return ($"{what}; behind {name}", random.OneIn(3) ? front : [.. front, .. file]);
    }
}
