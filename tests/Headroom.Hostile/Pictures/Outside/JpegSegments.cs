namespace Headroom.Hostile.Pictures.Outside;

/// <summary>Segments for anywhere in a JPEG file: applications', comments, tables again and again, and markers that don't belong there.</summary>
internal sealed class JpegSegments(Random random)
{
    /// <summary>The tables that a frame's scans need: 8 or 16 bits for each step.</summary>
    public byte[] Quantization()
    {
        var wide = random.OneIn(8);
        var body = new Bytes();
        for (var table = 0; table < 4; table++)
        {
            body.Raw((byte)((wide ? 0x10 : 0) | table));
            for (var i = 0; i < 64; i++)
            {
                if (wide)
                    body.Big16(random.Next(1, 65536));
                else
                    body.Raw((byte)random.Next(1, 40));
            }
        }

        return JpegFrame.Segment(0xDB, body.ToArray());
    }

    /// <summary>None, a few, or megabytes; what they are goes to <paramref name="kinds"/>.</summary>
    public byte[] Some(List<string> kinds)
    {
        var count = random.Next(160) switch { 0 => 3000, 1 or 2 => 60, < 100 => 0, var few => few % 4 };
        var same = count > 4 && random.OneIn(2) ? random.Next(int.MaxValue) : (int?)null;
        var most = count > 100 ? 300 : 65_533;
        var all = new Bytes();
        for (var i = 0; i < count && all.Length < 6_000_000; i++)
        {
            var (name, segment) = One(same ?? random.Next(1000), random.OneIn(3) ? random.Next(most) : random.Next(30));
            kinds.Add(name);
            all.Raw(segment);
        }

        return all.ToArray();
    }

    private (string Name, byte[] Segment) One(int kind, int size) => (kind % 22) switch
    {
        0 => ("JFIF", App(0, [.. "JFIF\0"u8, 1, 2, 1, 0, 72, 0, 72, 0, 0])),
        1 => ("JFIF thumb", App(0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 140, 140, .. new byte[140 * 140 * 3]])),
        2 or 3 => ("EXIF", App(1, Cut([.. "Exif\0\0"u8, .. Metadata.Exif(random)]))),
        4 => ("XMP", App(1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. new byte[Math.Min(size, 65_000)]])),
        5 or 6 => ("ICC", Profile()),
        7 => ("IPTC", App(13, [.. "Photoshop 3.0\08BIM"u8, .. random.Noise(Math.Min(size, 65_000))])),
        8 => ("Adobe", App(14, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, (byte)random.Next(4)])),
        9 => ("APPn", App(random.Next(16), random.Noise(size))),
        10 => ("COM", JpegFrame.Segment(0xFE, new byte[size])),
        11 => ("COM with a frame", JpegFrame.Segment(0xFE, [0xFF, 0xD8, .. new JpegFrame(0xC0, 8, 60_000, 60_000, [new(1, 1, 1)]).Header()])),
        12 => ("DQT", Quantization()),
        13 => ("DHT", JpegFrame.Segment(0xC4, JpegCodes.Ac(random).Table(0x12 + random.Next(2)))),
        14 => ("DHTs", JpegFrame.Segment(0xC4, [.. Enumerable.Range(0, 200).SelectMany(i => JpegCodes.Dc(random, false).Table(2 + i % 2))])),
        15 => ("DRI 0", JpegFrame.Segment(0xDD, [0, 0])),
        16 => ("fill", [.. Enumerable.Repeat((byte)0xFF, size)]),
        17 => ("DAC", JpegFrame.Segment(0xCC, [0, 0x10, 0x10, 5])),
        18 => ("MPF", App(2, [.. "MPF\0"u8, .. random.Noise(Math.Min(size, 60_000))])),
        19 => ("DNL", JpegFrame.Segment(0xDC, [0, 60])),
        20 when random.OneIn(4) => Rare(size),
        _ => ("thumb", App(1, [.. "Exif\0\0II*\0\b\0\0\0\0\0\0\0\0\0"u8, .. Thumbnail()])),
    };

    // What most readers refuse, or two of them read differently.
    private (string Name, byte[] Segment) Rare(int size) => random.Next(10) switch
    {
        0 => ("TEM", [0xFF, 0x01]),
        1 => ("RST", [0xFF, 0xD3]),
        2 => ("garbage", [.. random.Noise(size).Where(one => one != 0xFF)]),
        3 => ("stuffed", [0xFF, 0x00, 0x12]),
        4 => ("DHP", JpegFrame.Segment(0xDE, new JpegFrame(0xDE, 8, 60_000, 60_000, [new(1, 4, 4)]).Header()[4..])),
        5 => ("SOI", [0xFF, 0xD8]),
        6 => ("JPGn", JpegFrame.Segment(0xF0 + random.Next(14), new byte[10])),
        7 => ("SOF", new JpegFrame(random.Pick(0xC0, 0xC2, 0xC1), 8, 1 + random.Next(9000), 1 + random.Next(9000), [new(1, 1, 1)]).Header()),
        8 => ("short length", [0xFF, 0xE5, 0, (byte)random.Next(2)]),
        _ => ("long length", [0xFF, 0xE5, 0xFF, 0xFF]),
    };

    private byte[] Profile()
    {
        var profile = Metadata.Profile(random);
        var pieces = Math.Min(255, (profile.Length + 65_000) / 65_000);
        var all = new Bytes();
        for (var i = 0; i < pieces; i++)
        {
            var piece = profile.AsSpan(i * 65_000, Math.Min(65_000, profile.Length - i * 65_000));
            var (number, of) = random.OneIn(60) ? (random.Next(256), random.Next(256)) : (i + 1, pieces);
            all.Raw(App(2, [.. "ICC_PROFILE\0"u8, (byte)number, (byte)of, .. piece]));
        }

        return all.ToArray();
    }

    private static byte[] Thumbnail() =>
        [0xFF, 0xD8, .. new JpegFrame(0xC2, 8, 9000, 9000, [new(1, 1, 1)]).Header(), 0xFF, 0xD9];

    private static byte[] App(int number, byte[] body) => JpegFrame.Segment(0xE0 + number, body);

    private static byte[] Cut(byte[] body) => body.Length > 65_000 ? body[..65_000] : body;
}
