namespace Headroom.Imaging.Headers;

/// <summary>What our own look at a file's structure found, before libvips sees a byte of it.</summary>
/// <param name="Width">Columns in pixels.</param>
/// <param name="Height">Rows in pixels.</param>
/// <param name="WholePictureBytes">What a codec that must hold the whole picture holds beside the pixels themselves.</param>
/// <param name="Interlaced">True for an interlaced PNG.</param>
/// <param name="Masked">Offsets of bytes to hide from libvips, in rising order, each with <see cref="Mask"/>.</param>
internal readonly record struct StoredFrame(
    long Width, long Height, long WholePictureBytes, bool Interlaced, IReadOnlyList<long> Masked)
{
    /// <summary>What libvips reads in place of a masked byte.</summary>
    internal const byte Mask = (byte)'x';
}
