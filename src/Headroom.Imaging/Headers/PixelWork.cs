namespace Headroom.Imaging.Headers;

/// <summary>
/// What decoding a picture costs a processor, in pixel passes: one is what an ordinary JPEG takes for a pixel at most, 5 ns
/// where this was measured. All figures here are hundredths of that.
/// </summary>
/// <remarks>
/// Fitted from above to the processor time of whole decodes of 48 MP, of files that compress to nothing among them, for
/// those cost more than they show. docs/explanation/decoding-photos.md has the table.
/// </remarks>
internal static class PixelWork
{
    private const long Unit = 100;

    /// <summary>A profile is obeyed for each pixel that leaves the codec.</summary>
    private const long Profile = 320;

    private const long JpegPerPixel = 100;

    /// <summary>Huffman codes are read bit by bit.</summary>
    private const long JpegPerByte = 200;

    /// <summary>In scans each bit goes to a coefficient that lies somewhere else in memory.</summary>
    private const long JpegPerByteInScans = 500;

    /// <summary>Coefficients are held until the last scan, then become pixels.</summary>
    private const long JpegPerHeldByte = 90;

    /// <summary>A scan that makes the picture finer looks at every coefficient, even if it changes none.</summary>
    private const long JpegPerScannedByte = 12;

    private const long PngPerPixel = 120;

    /// <summary>Inflated, and put together with its neighbours by the row's filter.</summary>
    private const long PngPerByte = 40;

    /// <summary>16 bits become 8.</summary>
    private const long PngWide = 60;

    /// <summary>Transparency is laid over white.</summary>
    private const long PngTransparent = 80;

    /// <summary>Seven passes over the whole picture in memory.</summary>
    private const long PngInterlaced = 160;

    private const long PngInterlacedPerByte = 70;

    private const long WebpPerPixel = 160;

    private const long WebpTransparent = 160;

    /// <summary>A JPEG of one scan.</summary>
    /// <param name="pixels">Width × height.</param>
    /// <param name="profile">Whether a colour profile is obeyed.</param>
    /// <param name="fileBytes">The file's length.</param>
    internal static long Jpeg(long pixels, bool profile, long fileBytes) =>
        ((pixels * (JpegPerPixel + (profile ? Profile : 0))) + (fileBytes * JpegPerByte)) / Unit;

    /// <summary>A JPEG of several scans.</summary>
    /// <param name="pixels">Width × height.</param>
    /// <param name="heldBytes">What its coefficients take.</param>
    /// <param name="scannedBytes">What each scan goes over of them, all scans together.</param>
    /// <param name="profile">Whether a colour profile is obeyed.</param>
    /// <param name="fileBytes">The file's length.</param>
    internal static long JpegInScans(long pixels, long heldBytes, long scannedBytes, bool profile, long fileBytes) =>
        ((pixels * (profile ? Profile : 0)) + (heldBytes * JpegPerHeldByte) + (scannedBytes * JpegPerScannedByte) + (fileBytes * JpegPerByteInScans)) / Unit;

    /// <summary>A PNG.</summary>
    /// <param name="pixels">Width × height.</param>
    /// <param name="bytes">What all its rows take as the codec gives them.</param>
    /// <param name="wide">Whether it has 16 bits.</param>
    /// <param name="transparent">Whether it has transparency.</param>
    /// <param name="interlaced">Whether it comes in seven passes.</param>
    /// <param name="profile">Whether a colour profile is obeyed.</param>
    internal static long Png(long pixels, long bytes, bool wide, bool transparent, bool interlaced, bool profile)
    {
        var perPixel = PngPerPixel + (wide ? PngWide : 0) + (transparent ? PngTransparent : 0) + (interlaced ? PngInterlaced : 0) + (profile ? Profile : 0);
        var perByte = PngPerByte + (interlaced ? PngInterlacedPerByte : 0);
        return ((pixels * perPixel) + (bytes * perByte)) / Unit;
    }

    /// <summary>A lossy WebP.</summary>
    /// <param name="pixels">Width × height.</param>
    /// <param name="transparent">Whether it has transparency.</param>
    /// <param name="profile">Whether a colour profile is obeyed.</param>
    internal static long Webp(long pixels, bool transparent, bool profile) =>
        pixels * (WebpPerPixel + (transparent ? WebpTransparent : 0) + (profile ? Profile : 0)) / Unit;
}
