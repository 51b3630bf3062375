namespace Headroom.Hostile.Pictures.Outside;

/// <summary>One component of a JPEG frame.</summary>
internal sealed record JpegPlane(int Id, int Across, int Down)
{
    /// <summary>Which coefficients of each block (over all that an interleaved scan has) are no longer zero.</summary>
    public ulong[] Nonzero { get; set; } = [];

    public int Stride { get; set; }
}

/// <summary>What a JPEG frame is made of, and how many blocks a scan of it has.</summary>
internal sealed record JpegFrame(int Marker, int Precision, int Width, int Height, JpegPlane[] Planes)
{
    public bool Progressive => Marker is 0xC2 or 0xCA;

    public bool Lossless => Marker == 0xC3;

    public bool Arithmetic => Marker is 0xC9 or 0xCA;

    public int MostAcross => Planes.Max(plane => plane.Across);

    public int MostDown => Planes.Max(plane => plane.Down);

    /// <summary>Samples on a side of a block.</summary>
    public int Unit => Lossless ? 1 : 8;

    public int GroupsAcross => Ceiling(Width, Unit * MostAcross);

    public int GroupsDown => Ceiling(Height, Unit * MostDown);

    public int BlocksAcross(JpegPlane plane) => Ceiling(Ceiling(Width * plane.Across, MostAcross), Unit);

    public int BlocksDown(JpegPlane plane) => Ceiling(Ceiling(Height * plane.Down, MostDown), Unit);

    public long Blocks => Planes.Sum(plane => (long)BlocksAcross(plane) * BlocksDown(plane));

    /// <summary>Whether one scan may have all of these planes: libjpeg takes ten blocks in a group.</summary>
    public static bool Fits(IEnumerable<JpegPlane> planes) => planes.Sum(plane => plane.Across * plane.Down) <= 10;

    public void Clear()
    {
        foreach (var plane in Planes)
        {
            plane.Stride = GroupsAcross * plane.Across;
            plane.Nonzero = Progressive ? new ulong[plane.Stride * GroupsDown * plane.Down] : [];
        }
    }

    public byte[] Header(int? height = null)
    {
        var body = new Bytes().Raw((byte)Precision).Big16(height ?? Height).Big16(Width).Raw((byte)Planes.Length);
        for (var i = 0; i < Planes.Length; i++)
            body.Raw((byte)Planes[i].Id, (byte)((Planes[i].Across << 4) | Planes[i].Down), (byte)(Lossless ? 0 : Math.Min(i, 1)));
        return Segment(Marker, body.ToArray());
    }

    public static byte[] Segment(int marker, byte[] body) => new Bytes().Raw(0xFF, (byte)marker).Big16(body.Length + 2).Raw(body).ToArray();

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}

/// <summary>One scan: its planes, its band of coefficients (or a predictor), and the bits of them.</summary>
internal sealed record JpegScan(JpegPlane[] Planes, int From, int To, int High, int Low);
