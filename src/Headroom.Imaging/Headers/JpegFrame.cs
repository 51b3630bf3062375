namespace Headroom.Imaging.Headers;

/// <summary>A JPEG's frame header (SOFn), and what its coefficients take (ITU-T T.81, B.2.2 and A.2.4).</summary>
internal sealed record JpegFrame(int Width, int Height, int Components, bool Progressive, long CoefficientBytes)
{
    private const int BytesPerCoefficient = 2;

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
        Span<(int Horizontal, int Vertical)> sampling = stackalloc (int, int)[components];
        var (widest, tallest) = (1, 1);
        for (var i = 0; i < components; i++)
        {
            reader.Skip(1);
            var factors = reader.Byte();
            reader.Skip(1);
            sampling[i] = (factors >> 4, factors & 15);
            if (sampling[i] is not ( >= 1 and <= 4, >= 1 and <= 4))
                throw ImageException.Corrupt();
            widest = Math.Max(widest, sampling[i].Horizontal);
            tallest = Math.Max(tallest, sampling[i].Vertical);
        }

        return new JpegFrame(width, height, components, marker == 0xC2, Coefficients(width, height, sampling, widest, tallest));
    }

    /// <summary>The refusal of a JPEG that no camera makes.</summary>
    internal static ImageException NotOrdinary() => new(
        ImageProblem.Unsupported,
        "The JPEG is lossless, hierarchical, arithmetically coded, of two components or of more than 8 bits. Save it as an ordinary JPEG.");

    private static long Coefficients(
        long width, long height, ReadOnlySpan<(int Horizontal, int Vertical)> sampling, int widest, int tallest)
    {
        var unitsAcross = (width + (8 * widest) - 1) / (8 * widest);
        var unitsDown = (height + (8 * tallest) - 1) / (8 * tallest);
        long blocks = 0;
        foreach (var (horizontal, vertical) in sampling)
            blocks += unitsAcross * horizontal * unitsDown * vertical;
        return blocks * 64 * BytesPerCoefficient;
    }
}
