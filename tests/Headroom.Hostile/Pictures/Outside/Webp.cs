namespace Headroom.Hostile.Pictures.Outside;

/// <summary>WebP containers from scratch: simple, extended, animated, with alpha, metadata and sizes that need not agree with the frames.</summary>
internal sealed class Webp(Random random)
{
    private readonly Vp8 _lossy = new(random);

    public (string What, byte[] File) Make()
    {
        var (width, height) = random.Area(random.Pick(16_383, 16_383, 4000));
        var what = new List<string>();
        var body = new Bytes().Ascii("WEBP");
        switch (random.Next(12))
        {
            case < 5:
                Chunk(body, Frame(width, height, what));
                break;
            case < 11:
                Extended(body, width, height, what);
                break;
            default:
                Animated(body, width, height, what);
                break;
        }

        if (random.OneIn(10))
            Other(body, what);
        var size = random.Next(50) switch { 0 => body.Length - 2, 1 => int.MaxValue, 2 => random.Next(body.Length), 3 => body.Length + 2, _ => body.Length };
        if (size != body.Length)
            what.Add($"size {size} of {body.Length}");
        return ($"webp {string.Join(", ", what.Take(14))}{(what.Count > 14 ? $" … {what.Count}" : "")}",
            new Bytes().Ascii("RIFF").Little32(size).Raw(body.ToArray()).ToArray());
    }

    private void Extended(Bytes body, int width, int height, List<string> what)
    {
        var alpha = random.OneIn(2);
        var flags = random.OneIn(10) ? random.Next(256) : alpha ? 0x10 | random.Pick(0, 0x2C) : random.Pick(0, 0x2C);
        Canvas(body, flags, width, height, what);
        Some(body, what);
        if (alpha)
            Alpha(body, width, height, what);
        Chunk(body, random.OneIn(12) ? Lossless(width, height, what) : Frame(width, height, what));
        Some(body, what);
    }

    private void Animated(Bytes body, int width, int height, List<string> what)
    {
        Canvas(body, 0x12, width, height, what);
        Some(body, what);
        Chunk(body, ("ANIM", random.Noise(6)));
        for (var i = random.Magnitude(random.Pick(1, 3, 3, 300)); i > 0 && body.Length < 6_000_000; i--)
        {
            var (w, h) = i == 1 || random.OneIn(4) ? (width, height) : (Math.Max(1, width / 2), Math.Max(1, height / 3));
            var frame = new Bytes().Little24(random.OneIn(20) ? 1000 : 0).Little24(0).Little24(w - 1).Little24(h - 1).Little24(100).Raw((byte)random.Next(4));
            if (random.OneIn(2))
                Alpha(frame, w, h, what);
            Chunk(frame, Frame(w, h, what));
            Chunk(body, ("ANMF", frame.ToArray()));
        }
    }

    private void Canvas(Bytes body, int flags, int width, int height, List<string> what)
    {
        var (w, h) = random.Next(40) switch
        {
            0 => (1 << 24, 1 << 24),
            1 => (width * 2, height * 2),
            2 => (16_383, 16_383),
            3 => (1, 1),
            _ => (width, height),
        };
        what.Add($"canvas {w}×{h} flags {flags:X2}");
        Chunk(body, ("VP8X", new Bytes().Little32(flags).Little24(w - 1).Little24(h - 1).ToArray()));
    }

    private (string Name, byte[] Data) Frame(int width, int height, List<string> what)
    {
        if (random.OneIn(12))
            return Lossless(width, height, what);
        var (said, frame) = _lossy.Make(width, height);
        what.Add(said);
        return ("VP8 ", frame);
    }

    private (string Name, byte[] Data) Lossless(int width, int height, List<string> what)
    {
        what.Add($"VP8L {width}×{height}");
        return ("VP8L", new Vp8L(random).Frame(width, height));
    }

    private void Alpha(Bytes body, int width, int height, List<string> what)
    {
        var packed = random.OneIn(4) ? 1 : 0;
        var (filter, reduced) = (random.Next(4), random.Next(2));
        var data = packed == 1 ? new Vp8L(random).Stream(width, height) : new byte[Math.Min(6_000_000, width * height)];
        what.Add($"ALPH {packed} filter {filter}");
        Chunk(body, ("ALPH", [(byte)((reduced << 4) | (filter << 2) | (random.OneIn(30) ? random.Next(4) : packed)), .. data]));
    }

    private void Some(Bytes body, List<string> what)
    {
        var count = random.Next(90) switch { 0 => 3000, 1 => 40, < 54 => 0, var few => few % 3 };
        for (var i = 0; i < count && body.Length < 6_000_000; i++)
            Other(body, what);
    }

    private void Other(Bytes body, List<string> what)
    {
        var (name, data) = random.Next(20) switch
        {
            < 5 => ("ICCP", Metadata.Profile(random)),
            < 8 => ("EXIF", Metadata.Exif(random)),
            < 11 => ("EXIF", (byte[])[.. "Exif\0\0"u8, .. Metadata.Exif(random)]),
            < 15 => ("XMP ", new byte[random.Magnitude(3_000_000)]),
            15 => ("VP8X", new Bytes().Little32(0).Little24(9999).Little24(9999).ToArray()),
            16 => ("ANIM", random.Noise(6)),
            < 19 => ("abcd", random.Noise(random.Magnitude(1_000_000))),
            _ => ("FRGM", random.Noise(random.Magnitude(100))),
        };
        what.Add(name);
        Chunk(body, (name, data));
    }

    private void Chunk(Bytes body, (string Name, byte[] Data) chunk)
    {
        body.Ascii(chunk.Name).Little32(random.OneIn(150) ? random.Pick(-1, -2, int.MaxValue, 0, 7) : chunk.Data.Length).Raw(chunk.Data);
        if (chunk.Data.Length % 2 == 1 && !random.OneIn(100))
            body.Raw(0);
    }
}
