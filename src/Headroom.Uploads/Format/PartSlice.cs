namespace Headroom.Uploads.Format;

/// <summary>
/// The whole segments of one part that a range of plaintext touches. A slice from segment 0 on starts with the part's
/// header.
/// </summary>
public readonly struct PartSlice
{
    private readonly long _partStart;

    /// <param name="partNumber">Number of the part.</param>
    /// <param name="partLength">Its plaintext bytes.</param>
    /// <param name="partStart">Where it starts when all encrypted parts lie behind each other.</param>
    /// <param name="range">The wanted bytes, counted within the part; none behind its end, and none at all only of a part without bytes.</param>
    internal PartSlice(int partNumber, long partLength, long partStart, PlaintextRange range)
    {
        FirstSegment = (int)(range.Offset / PartLayout.SegmentBytes);
        LastSegment = (int)((range.Offset + Math.Max(1, range.Length) - 1) / PartLayout.SegmentBytes);
        Skip = (int)(range.Offset % PartLayout.SegmentBytes);
        PartNumber = partNumber;
        Length = range.Length;
        _partStart = partStart;
        Offset = FirstSegment == 0 ? 0 : PartLayout.SegmentOffset(FirstSegment);
        EncryptedBytes = Math.Min(PartLayout.SegmentOffset(LastSegment + 1), PartLayout.EncryptedBytes(partLength)) - Offset;
    }

    /// <summary>Number of the part, from 1.</summary>
    public int PartNumber { get; }

    /// <summary>Plaintext bytes that the slice gives.</summary>
    public long Length { get; }

    /// <summary>Where the slice starts in the encrypted part.</summary>
    public long Offset { get; }

    /// <summary>Where the slice starts when all encrypted parts of the file lie behind each other in order, as in S3.</summary>
    public long OffsetInFile => _partStart + Offset;

    /// <summary>How many bytes of the encrypted part it covers.</summary>
    public long EncryptedBytes { get; }

    internal int FirstSegment { get; }

    internal int LastSegment { get; }

    /// <summary>Plaintext bytes of the first segment that come before the range.</summary>
    internal int Skip { get; }
}
