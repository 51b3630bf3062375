namespace Headroom.Uploads.Format;

/// <summary>
/// Where things lie in an encrypted part: a header, then segments, each with its tag; all of them full but the last.
/// Specified in docs/reference/format.md.
/// </summary>
public static class PartLayout
{
    /// <summary>Plaintext bytes in a full segment.</summary>
    public const int SegmentBytes = 64 * 1024;

    /// <summary>Bytes of the tag behind each segment.</summary>
    public const int TagBytes = 16;

    /// <summary>Bytes of a full segment with its tag; also the memory that a part in flight needs.</summary>
    public const int EncryptedSegmentBytes = SegmentBytes + TagBytes;

    /// <summary>Bytes before the first segment.</summary>
    public const int HeaderBytes = 88;

    /// <summary>Bytes of the random salt of an attempt.</summary>
    public const int SaltBytes = 32;

    /// <summary>The most segments a part may have. Keeps GCM far below its limits.</summary>
    public const int MaxSegments = 65_536;

    /// <summary>The most plaintext bytes a part may have: 4 GiB.</summary>
    public const long MaxPartBytes = (long)MaxSegments * SegmentBytes;

    /// <summary>The most parts a file may have; they are numbered from 1.</summary>
    public const int MaxParts = 10_000;

    /// <summary>How many segments this many plaintext bytes take; one even if there are none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than <see cref="MaxPartBytes"/>.</exception>
    public static int SegmentCount(long plaintextBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plaintextBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plaintextBytes, MaxPartBytes);
        return Math.Max(1, (int)((plaintextBytes + SegmentBytes - 1) / SegmentBytes));
    }

    /// <summary>How many bytes a part of this many plaintext bytes is when encrypted, header included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than <see cref="MaxPartBytes"/>.</exception>
    public static long EncryptedBytes(long plaintextBytes) =>
        HeaderBytes + plaintextBytes + ((long)SegmentCount(plaintextBytes) * TagBytes);

    /// <summary>How many plaintext bytes are in an encrypted part of this size, if nothing was cut off; decrypting its last segment tells.</summary>
    /// <exception cref="ContainerException">No part has this size.</exception>
    public static long PlaintextBytes(long encryptedBytes)
    {
        var (full, rest) = Math.DivRem(encryptedBytes - HeaderBytes, EncryptedSegmentBytes);
        if (encryptedBytes < HeaderBytes + TagBytes || (rest > 0 && rest < TagBytes) || (rest == TagBytes && full > 0))
            throw new ContainerException(
                ContainerProblem.Truncated, $"No encrypted part is {encryptedBytes} bytes long: its end is missing. Send the part again.");
        var plaintextBytes = (full * SegmentBytes) + Math.Max(0, rest - TagBytes);
        return plaintextBytes <= MaxPartBytes
            ? plaintextBytes
            : throw new ContainerException(
                ContainerProblem.TooLong, $"{encryptedBytes} bytes are more than an encrypted part may have ({EncryptedBytes(MaxPartBytes)}).");
    }

    /// <summary>Where in the encrypted part a segment starts.</summary>
    internal static long SegmentOffset(int segment) => HeaderBytes + ((long)segment * EncryptedSegmentBytes);
}
