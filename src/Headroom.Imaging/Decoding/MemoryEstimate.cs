namespace Headroom.Imaging.Decoding;

/// <summary>What decoding one picture takes at its peak, from its header alone.</summary>
/// <remarks>
/// Fitted to how much the resident set grows (VmHWM − VmRSS, first decode of a process, glibc's default allocator,
/// libvips 8.18.7 of NetVips.Native, x64) on files of 12 and 48 MP and of extreme shapes, at MaxSides of 1,024, 2,048 and 4,096.
/// docs/explanation/decoding-photos.md has the table; MemoryEstimateTests measures again.
/// </remarks>
internal static class MemoryEstimate
{
    private const long MiB = 1 << 20;

    /// <summary>Codec state and tables.</summary>
    private const long Fixed = 4 * MiB;

    /// <summary>The tables that turn CMYK into sRGB.</summary>
    private const long CmykTables = 8 * MiB;

    /// <summary>What obeying a colour profile of the largest size that is obeyed takes.</summary>
    private const long ProfileTables = 2 * MiB;

    /// <summary>libvips keeps some 550 rows between the codec and us; freed and taken again they spread over this many.</summary>
    private const long CachedRows = 1600;

    /// <summary>The same for JPEG, where up to 2,050 rows were seen at a MaxSide of 4,096.</summary>
    private const long CachedJpegRows = 2400;

    /// <summary>
    /// What lies between the steps, however low the picture is: libvips makes strips of several rows for each step. Seen were
    /// 50 rows of 6 bytes a pixel (65,535 × 8, grey of 16 bits with transparency, which becomes RGB).
    /// </summary>
    private const long RowsBetweenSteps = 64;

    /// <summary>RGB of 16 bits, which grey ones become.</summary>
    private const int BytesBetweenSteps = 6;

    /// <summary>The WebP codec's own rows: its filters and its scaler's sums, in bytes a column.</summary>
    private const long WebpBytesPerColumn = 1024;

    internal static long Bytes(ImageHeader header, int maxSide)
    {
        var plan = DecodePlan.For(header, maxSide);
        var (width, height) = DecodePlan.Fit(plan.LoadedWidth, plan.LoadedHeight, maxSide);
        var bytesPerPixel = header.RowBytes / Math.Max(1, header.Width);
        var loadedRow = plan.LoadedWidth * Math.Max(3, bytesPerPixel);
        var between = RowsBetweenSteps * plan.LoadedWidth * Math.Max(BytesBetweenSteps, bytesPerPixel);
        var cache = IsInterlacedPng(header)
            ? between
            : Math.Min(loadedRow * CachedRowsOf(header.Format), between + (loadedRow * 2 * plan.LoadedHeight));
        var reducer = 12L * plan.LoadedWidth;
        var output = 3L * width * height;
        var codec = header.BufferedBytes + (header.Format == ImageFormat.WebP ? Webp(header, plan) : 0);
        var colours = header.Format == ImageFormat.Jpeg && bytesPerPixel == 4 ? CmykTables : 0;
        colours += header.ProfileBytes > 0 ? ProfileTables : 0;
        var sum = Fixed + codec + colours + cache + reducer + output;
        return sum + (sum / 10);
    }

    private static long CachedRowsOf(ImageFormat format) => format == ImageFormat.Jpeg ? CachedJpegRows : CachedRows;

    // Its rows come from the whole picture that is held anyway.
    private static bool IsInterlacedPng(ImageHeader header) => header is { Format: ImageFormat.Png, Progressive: true };

    // The file is read into memory whole, and the picture, with transparency, is painted on a canvas of its size.
    private static long Webp(ImageHeader header, DecodePlan plan) =>
        header.FileBytes + (8L * plan.LoadedWidth * plan.LoadedHeight) + (WebpBytesPerColumn * header.Width);
}
