using Headroom.Imaging.Decoding;

namespace Headroom.Imaging;

/// <summary>A decoded picture, upright: three bytes a pixel (red, green, blue; sRGB), rows from top to bottom without gaps.</summary>
/// <remarks>The pixels are native memory. Nothing may read <see cref="Pixels"/> while another thread disposes the image.</remarks>
public sealed class RgbImage : IDisposable
{
    private readonly PixelMemory _memory;

    internal RgbImage(PixelMemory memory, int width, int height, int sourceWidth, int sourceHeight)
    {
        _memory = memory;
        Width = width;
        Height = height;
        SourceWidth = sourceWidth;
        SourceHeight = sourceHeight;
    }

    /// <summary>Columns, in pixels.</summary>
    public int Width { get; }

    /// <summary>Rows, in pixels.</summary>
    public int Height { get; }

    /// <summary>Columns of the file's own picture when upright, in pixels: ÷ <see cref="Width"/> scales a place back.</summary>
    public int SourceWidth { get; }

    /// <summary>Rows of the file's own picture when upright, in pixels: ÷ <see cref="Height"/> scales a place back.</summary>
    public int SourceHeight { get; }

    /// <summary>Width × Height × 3 bytes, valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public ReadOnlySpan<byte> Pixels => _memory.Span;

    /// <summary>Frees the pixels. Further calls do nothing.</summary>
    public void Dispose() => _memory.Dispose();
}
