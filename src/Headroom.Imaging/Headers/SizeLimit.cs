namespace Headroom.Imaging.Headers;

/// <summary>How large a picture may be, by what its header says.</summary>
/// <param name="MaxPixels">Width × height, at most.</param>
internal readonly record struct SizeLimit(long MaxPixels)
{
    /// <summary>The longest side that a JPEG can have; a PNG may declare more, but no camera makes one.</summary>
    private const int MaxSide = ushort.MaxValue;

    /// <exception cref="ImageException">The picture is larger, or has no pixels at all.</exception>
    internal void Check(long width, long height)
    {
        if (width <= 0 || height <= 0)
            throw ImageException.Corrupt();
        if (width > MaxPixels / height || Math.Max(width, height) > MaxSide)
        {
            throw new ImageException(
                ImageProblem.TooManyPixels,
                $"The picture has {width} × {height} pixels; at most {MaxPixels} in all and {MaxSide} a side are accepted. Send a smaller one.");
        }
    }
}
