using System.Reflection;
using System.Runtime.InteropServices;

namespace Headroom.Hostile.Pictures.Outside;

/// <summary>The test photos, taken apart at their segments and put together in another way.</summary>
internal sealed class JpegSurgery(Random random)
{
    private static readonly Lazy<byte[][]> Photos = new(Load);
    private readonly JpegSegments _segments = new(random);

    public (string What, byte[] File) Make()
    {
        var photo = random.Pick<byte[]>(Photos.Value);
        var (parts, data) = Apart(photo);
        var what = new List<string>();
        for (var i = random.Next(1, 4); i > 0; i--)
            what.Add(Operate(parts, ref data));
        return ($"photo of {photo.Length} B: {string.Join(", ", what)}", [0xFF, 0xD8, .. parts.SelectMany(part => part), .. data]);
    }

    private string Operate(List<byte[]> parts, ref byte[] data)
    {
        var at = random.Next(parts.Count);
        var frame = parts.FindIndex(part => part.Length > 16 && part[1] is >= 0xC0 and <= 0xC2);
        var kinds = new List<string>();
        switch (random.Next(20))
        {
            case < 5:
                for (var i = 0; i < 8 && kinds.Count == 0; i++)
                    parts.Insert(at, _segments.Some(kinds));
                parts.RemoveAll(part => part.Length < 2);
                return $"with {string.Join(' ', kinds.Take(5))}";
            case 5:
                parts.RemoveAt(parts.Count > 3 ? at : 0);
                return "a segment less";
            case 6:
                parts.Insert(0, parts[at]);
                return $"{parts[0][1]:X2} first";
            case 7:
                parts.Insert(parts.Count - 1, parts[at]);
                return $"{parts[^2][1]:X2} once more";
            case 8 when frame >= 0:
                parts[frame] = Changed(parts[frame], 5 + random.Next(4), (byte)random.Next(256));
                return "another size";
            case 9 when frame >= 0:
                parts[frame] = Changed(parts[frame], 11 + 3 * random.Next(3), (byte)((random.Next(1, 5) << 4) | random.Next(1, 5)));
                return "another sampling";
            case 10 when frame >= 0:
                parts[frame] = Changed(parts[frame], 1, random.Pick<byte>(0xC1, 0xC2, 0xC3, 0xC9, 0xCA));
                return $"frame {parts[frame][1]:X2}";
            case 11 when frame >= 0:
                data = [.. JpegFrame.Segment(0xDC, parts[frame][5..7]), .. data];
                parts[frame] = Changed(Changed(parts[frame], 5, 0), 6, 0);
                return "height 0";
            case 12:
                parts.Insert(at, JpegFrame.Segment(0xDD, new Bytes().Big16(random.Magnitude(65_535)).ToArray()));
                return "restarts that are not there";
            case 13:
                var again = (byte[])[.. parts[^1], .. data[..^2]];
                var times = Math.Min(random.Magnitude(200), 4_000_000 / again.Length);
                data = [.. data[..^2], .. Enumerable.Repeat(again, times).SelectMany(one => one), 0xFF, 0xD9];
                return $"its scan again, {data.Length} B";
            case 14:
                data = [.. data, .. random.Pick<byte[]>(Photos.Value)];
                return "another photo behind it";
            case 15:
                data = data[..random.Next(2, data.Length + 1)];
                return $"cut after {data.Length}";
            case 16:
                for (var i = random.Magnitude(1000); i > 0; i--)
                    data[random.Next(data.Length)] = (byte)random.Next(256);
                return "noise in its data";
            case 17:
                data = [.. random.Noise(random.Magnitude(100_000)), 0xFF, 0xD9];
                return "noise as its data";
            case 18:
                random.Shuffle(CollectionsMarshal.AsSpan(parts));
                return "shuffled";
            default:
                parts[at] = Changed(parts[at], random.Next(parts[at].Length), (byte)random.Next(256));
                return $"a byte of segment {at}";
        }
    }

    private static byte[] Changed(byte[] part, int at, byte value)
    {
        var copy = (byte[])part.Clone();
        if (at < copy.Length)
            copy[at] = value;
        return copy;
    }

    private static (List<byte[]> Parts, byte[] Data) Apart(byte[] photo)
    {
        var parts = new List<byte[]>();
        var at = 2;
        while (parts.Count == 0 || parts[^1][1] != 0xDA)
        {
            var length = 2 + ((photo[at + 2] << 8) | photo[at + 3]);
            parts.Add(photo[at..(at + length)]);
            at += length;
        }

        return (parts, photo[at..]);
    }

    private static byte[][] Load()
    {
        var folder = typeof(JpegSurgery).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Photos").Value!;
        var files = Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return [.. files.Select(File.ReadAllBytes).Where(photo => photo.Length < 1_500_000)];
    }
}
