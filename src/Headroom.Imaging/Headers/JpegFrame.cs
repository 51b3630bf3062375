namespace Headroom.Imaging.Headers;

/// <summary>A JPEG's frame header (SOFn), and what its coefficients take (ITU-T T.81, B.2.2 and A.2.4).</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Progressive">Whether it is drawn in scans that each make it finer.</param>
/// <param name="Planes">Its components: what scans call them, and what the coefficients of each take.</param>
internal sealed record JpegFrame(int Width, int Height, bool Progressive, IReadOnlyList<(byte Id, long CoefficientBytes)> Planes)
{
    private const int BytesPerCoefficient = 2;

    /// <summary>1 to 4, without 2.</summary>
    internal int Components => Planes.Count;

    /// <summary>What all coefficients take.</summary>
    internal long CoefficientBytes => Planes.Sum(plane => plane.CoefficientBytes);

    /// <summary>What the coefficients take that a scan goes over.</summary>
    /// <param name="id">What the scan calls the component.</param>
    /// <exception cref="ImageException">There is none of that name.</exception>
    internal long CoefficientBytesOf(byte id) =>
        Planes.FirstOrDefault(plane => plane.Id == id) is { CoefficientBytes: > 0 } found ? found.CoefficientBytes : throw ImageException.Corrupt();

    /// <summary>SOF0 to SOF15 without DHT, JPG and DAC.</summary>
    internal static bool Begins(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <param name="reader">At the first byte after the segment's length.</param>
    /// <param name="marker">Which SOF it is.</param>
    /// <param name="length">The segment's bytes without its length.</param>
    /// <param name="limit">How large the picture may be.</param>
    internal static JpegFrame Read(ByteReader reader, byte marker, int length, SizeLimit limit)
    {
        var precision = reader.Byte();
        int height = reader.BigEndian16();
        int width = reader.BigEndian16();
        int components = reader.Byte();
        if (components is 0 or > 4 || length != 6 + (3 * components))
            throw ImageException.Corrupt();
        limit.Check(width, height);

        // Baseline, extended and progressive, Huffman coded, 8 bits: what cameras and telephones write.
        if (marker is not (0xC0 or 0xC1 or 0xC2) || precision != 8 || components == 2)
            throw NotOrdinary();
        Span<(byte Id, int Horizontal, int Vertical)> sampling = stackalloc (byte, int, int)[components];
        var (widest, tallest) = (1, 1);
        for (var i = 0; i < components; i++)
        {
            var id = reader.Byte();
            var factors = reader.Byte();
            reader.Skip(1);
            sampling[i] = (id, factors >> 4, factors & 15);
            if (sampling[i] is not (_, >= 1 and <= 4, >= 1 and <= 4))
                throw ImageException.Corrupt();
            widest = Math.Max(widest, sampling[i].Horizontal);
            tallest = Math.Max(tallest, sampling[i].Vertical);
        }

        return new JpegFrame(width, height, marker == 0xC2, PlanesOf(width, height, sampling, widest, tallest));
    }

    /// <summary>The refusal of a JPEG that no camera makes.</summary>
    internal static ImageException NotOrdinary() => new(
        ImageProblem.Unsupported,
        "The JPEG is lossless, hierarchical, arithmetically coded, of two components or of more than 8 bits. Save it as an ordinary JPEG.");

    private static (byte, long)[] PlanesOf(
        long width, long height, ReadOnlySpan<(byte Id, int Horizontal, int Vertical)> sampling, int widest, int tallest)
    {
        var unitsAcross = (width + (8 * widest) - 1) / (8 * widest);
        var unitsDown = (height + (8 * tallest) - 1) / (8 * tallest);
        var planes = new (byte, long)[sampling.Length];
        for (var i = 0; i < planes.Length; i++)
        {
            var (id, horizontal, vertical) = sampling[i];
            planes[i] = (id, unitsAcross * horizontal * unitsDown * vertical * 64 * BytesPerCoefficient);
        }

        return planes;
    }
}
