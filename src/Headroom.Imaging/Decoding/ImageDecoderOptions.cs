namespace Headroom.Imaging;

/// <summary>The bounds within which pictures are decoded.</summary>
public sealed class ImageDecoderOptions
{
    /// <summary>The most pixels (width × height, by the header) that are accepted; at least 1. 50 million by default.</summary>
    public long MaxPixels { get; set; } = 50_000_000;

    /// <summary>
    /// The most that decoding may cost, in <see cref="ImageHeader.PixelPasses"/>; at least 1. 275 million by default: a
    /// PNG of 8 bits, or a progressive JPEG of a telephone, of 50 million pixels; of other kinds what costs as much.
    /// </summary>
    public long MaxPixelPasses { get; set; } = 275_000_000;

    /// <summary>The longer side of what comes out, at most, in pixels; 64 to 16,384. 1,024 by default.</summary>
    public int MaxSide { get; set; } = 1024;
}
