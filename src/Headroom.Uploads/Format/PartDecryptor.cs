using System.Security.Cryptography;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Format;

/// <summary>
/// Decrypts any segments of one attempt at a part, in any order. Plaintext appears only after its tag was verified.
/// Holds the key and the header only, and allocates nothing for a segment. Not thread-safe.
/// </summary>
public sealed class PartDecryptor : IDisposable
{
    private readonly SegmentCipher _cipher;

    /// <param name="key">The file's key; may be disposed afterwards.</param>
    /// <param name="attempt">The attempt, from the manifest or from whoever recorded it.</param>
    public PartDecryptor(FileKey key, PartAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (attempt.Number == 0)
            throw new ArgumentException("The attempt was not initialised.", nameof(attempt));
        PartNumber = attempt.Number;
        PlaintextBytes = attempt.Length;
        SegmentCount = PartLayout.SegmentCount(attempt.Length);
        _cipher = new SegmentCipher(key, attempt.Number, attempt.Salt.Span);
    }

    /// <summary>Number of the part.</summary>
    public int PartNumber { get; }

    /// <summary>Plaintext bytes of the part.</summary>
    public long PlaintextBytes { get; }

    /// <summary>How many segments it has.</summary>
    public int SegmentCount { get; }

    /// <summary>How many bytes a segment has with its tag.</summary>
    /// <param name="segment">0 to <see cref="SegmentCount"/> − 1.</param>
    public int EncryptedBytes(int segment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(segment);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(segment, SegmentCount);
        return (int)Math.Min(PartLayout.SegmentBytes, PlaintextBytes - ((long)segment * PartLayout.SegmentBytes)) + PartLayout.TagBytes;
    }

    /// <summary>Checks the bytes before the first segment, and so that key, file, part and attempt are the right ones.</summary>
    /// <exception cref="ContainerException">They are not.</exception>
    public void CheckHeader(ReadOnlySpan<byte> header)
    {
        PartHeader.Read(header);
        if (!CryptographicOperations.FixedTimeEquals(header[..PartLayout.HeaderBytes], _cipher.Header.Span))
            throw new ContainerException(
                ContainerProblem.WrongKey,
                $"The header is not that of this attempt at part {PartNumber}: it belongs to another file, part, attempt or key, or is damaged.");
    }

    /// <summary>Decrypts one segment.</summary>
    /// <param name="segment">0 to <see cref="SegmentCount"/> − 1.</param>
    /// <param name="encrypted">Its <see cref="EncryptedBytes"/> bytes.</param>
    /// <param name="destination">
    /// Takes as many bytes less the tag. May start at the same byte as <paramref name="encrypted"/>; must not overlap it in another way.
    /// </param>
    /// <returns>How many plaintext bytes were written.</returns>
    /// <exception cref="ContainerException">They are not what was written; <paramref name="destination"/> holds no plaintext.</exception>
    public int Decrypt(int segment, ReadOnlySpan<byte> encrypted, Span<byte> destination)
    {
        var expected = EncryptedBytes(segment);
        var length = expected - PartLayout.TagBytes;
        if (destination.Length < length)
            throw new ArgumentException($"The segment has {length} bytes; there is space for {destination.Length}.", nameof(destination));
        if (encrypted.Length < expected)
            throw new ContainerException(
                ContainerProblem.Truncated, $"Segment {segment} of part {PartNumber} has {encrypted.Length} of its {expected} bytes: the end is missing.");
        if (encrypted.Length > expected)
            throw new ContainerException(
                ContainerProblem.TooLong, $"Segment {segment} of part {PartNumber} has {encrypted.Length} bytes instead of {expected}.");
        try
        {
            _cipher.Decrypt(segment, final: segment == SegmentCount - 1, encrypted, destination);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new ContainerException(
                ContainerProblem.Damaged,
                $"Segment {segment} of part {PartNumber} is not what was written. Nothing of it is released; restore it from a copy.");
        }
        return length;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();
}
