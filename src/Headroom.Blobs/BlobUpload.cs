namespace Headroom.Blobs;

/// <summary>An object that is being written.</summary>
/// <param name="Key">The object's name.</param>
/// <param name="Token">What the store calls this attempt to write it; up to 1,024 characters.</param>
/// <param name="PartBytes">The length of all parts but the last.</param>
public sealed record BlobUpload(string Key, string Token, long PartBytes)
{
    /// <summary>An object has at most this many times <see cref="PartBytes"/>: S3's bound, kept everywhere.</summary>
    public const int MaxParts = 10_000;

    /// <summary>The most that <see cref="IBlobStore.PutAsync"/> takes, in bytes: 1 MiB.</summary>
    public const int MaxSmallBytes = 1024 * 1024;

    /// <summary>Where part <paramref name="number"/> stands.</summary>
    /// <param name="number">0 to <see cref="MaxParts"/> − 1.</param>
    public long OffsetOf(int number) => number * PartBytes;

    /// <summary>Checks where a writer is to be opened, as every store must.</summary>
    /// <param name="offset">Where in the object it begins.</param>
    /// <param name="maxBytes">The most that it takes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or no byte is to be written.</exception>
    /// <exception cref="BlobException"><see cref="BlobProblem.TooLarge"/>: it could end behind the last part that an object may have.</exception>
    public void CheckRange(long offset, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        if (maxBytes > (MaxParts * PartBytes) - offset)
            throw new BlobException(
                BlobProblem.TooLarge, $"{maxBytes} bytes at {offset} end behind part {MaxParts} of {PartBytes} bytes. Begin the upload with larger parts.");
    }

    /// <summary>Checks that the parts to complete follow each other from 0, as every store must.</summary>
    /// <returns>The object's length.</returns>
    /// <exception cref="BlobException"><see cref="BlobProblem.Conflict"/>: they don't, or there are none.</exception>
    public static long CheckParts(IReadOnlyList<BlobPart> parts)
    {
        var end = 0L;
        foreach (var part in parts)
        {
            if (part.Offset != end || part.Length < 1)
                throw new BlobException(
                    BlobProblem.Conflict,
                    $"The parts to complete must follow each other from 0: at {end} comes a part of {part.Length} bytes at {part.Offset}.");
            end += part.Length;
        }
        return end > 0 ? end : throw new BlobException(BlobProblem.Conflict, "An object has at least one part.");
    }
}
