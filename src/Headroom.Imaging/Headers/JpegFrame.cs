namespace Headroom.Imaging.Headers;

/// <summary>Finds a JPEG's frame header (SOFn) and what its coefficients take (ITU-T T.81, B.2.2 and A.2.4).</summary>
internal static class JpegFrame
{
    /// <summary>More bytes of metadata than this before the frame, and the file is not a photo that anyone means to send.</summary>
    private const long MaxMetadataBytes = 16 << 20;

    private const int BytesPerCoefficient = 2;

    internal static StoredFrame Read(Stream stream)
    {
        var reader = new ByteReader(stream);
        reader.Skip(2);
        while (stream.Position < MaxMetadataBytes)
        {
            var marker = NextMarker(reader);
            if (IsStandalone(marker))
                continue;
            if (marker is 0xD9 or 0xDA)
                break;
            var length = reader.BigEndian16();
            if (length < 2)
                break;
            if (IsFrame(marker))
                return ReadFrame(reader);
            reader.Skip(length - 2);
        }

        throw ImageException.Corrupt();
    }

    private static byte NextMarker(ByteReader reader)
    {
        // As libjpeg does: anything before FF is skipped, and FF may be repeated.
        while (true)
        {
            while (reader.Byte() != 0xFF)
            {
            }

            byte marker;
            do
            {
                marker = reader.Byte();
            }
            while (marker == 0xFF);
            if (marker != 0)
                return marker;
        }
    }

    // RSTn, SOI and TEM have no length.
    private static bool IsStandalone(byte marker) => marker is >= 0xD0 and <= 0xD8 or 0x01;

    // SOF0 to SOF15 without DHT, JPG and DAC.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static StoredFrame ReadFrame(ByteReader reader)
    {
        reader.Skip(1);
        long height = reader.BigEndian16();
        long width = reader.BigEndian16();
        int components = reader.Byte();
        if (width == 0 || height == 0 || components is 0 or > 4)
            throw ImageException.Corrupt();
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

        return new StoredFrame(width, height, CoefficientBytes(width, height, sampling, widest, tallest), Interlaced: false, []);
    }

    private static long CoefficientBytes(
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
