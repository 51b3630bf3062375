namespace Headroom.Blobs;

/// <summary>Bytes of an unfinished object that are durable.</summary>
/// <param name="Offset">Where in the object they stand.</param>
/// <param name="Length">How many.</param>
/// <param name="Tag">
/// What the store needs to know these bytes from others at the same place; ASCII, 33 characters at most for each part
/// length that the bytes end or reach behind. Empty where it needs nothing.
/// </param>
public sealed record BlobPart(long Offset, long Length, string Tag)
{
    /// <summary>Where the next bytes stand.</summary>
    public long End => Offset + Length;
}
