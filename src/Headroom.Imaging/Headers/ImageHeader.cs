namespace Headroom.Imaging;

/// <summary>What a file says of itself before anything is decoded.</summary>
/// <param name="Format">The format, by content.</param>
/// <param name="Width">Columns as stored, in pixels; before <paramref name="Orientation"/> is applied.</param>
/// <param name="Height">Rows as stored, in pixels; before <paramref name="Orientation"/> is applied.</param>
/// <param name="Orientation">The EXIF orientation, 1 (upright) to 8; 1 where the file has none.</param>
/// <param name="Progressive">
/// True when the pixels come in several passes (a JPEG of more than one scan, an interlaced PNG), so that the whole
/// picture is held in memory at its stored size.
/// </param>
/// <param name="BufferedBytes">
/// The bytes that the codec itself holds for the whole picture at its stored size; 0 where it needs a few rows only.
/// </param>
/// <param name="RowBytes">The bytes of one decoded row at its stored size.</param>
/// <param name="ProfileBytes">The bytes of the colour profile that is obeyed; 0 where there is none, it is sRGB, or it is too large.</param>
/// <param name="PixelPasses">
/// What decoding it costs a processor: the pixels of an ordinary JPEG that take as long. 16 bits, interlacing,
/// transparency and each further scan add to it.
/// </param>
/// <param name="FileBytes">The length of the file in bytes.</param>
public readonly record struct ImageHeader(
    ImageFormat Format,
    int Width,
    int Height,
    int Orientation,
    bool Progressive,
    long BufferedBytes,
    long RowBytes,
    long ProfileBytes,
    long PixelPasses,
    long FileBytes)
{
    /// <summary>Width × height.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>True when the orientation turns the picture on its side: what is stored as its width is its height.</summary>
    public bool SwapsSides => Orientation is >= 5 and <= 8;
}
