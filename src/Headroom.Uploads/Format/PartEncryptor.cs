using System.Security.Cryptography;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Format;

/// <summary>
/// Encrypts one attempt at a part: first <see cref="Header"/>, then segment by segment. Holds the key and the header
/// only, and allocates nothing for a segment. Not thread-safe; parts of one file may be encrypted in parallel, each by
/// its own.
/// </summary>
/// <remarks>
/// STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM, with a key of its own for each attempt and a
/// commitment to that key. See docs/reference/format.md.
/// </remarks>
public sealed class PartEncryptor : IDisposable
{
    private readonly SegmentCipher _cipher;
    private readonly byte[] _salt;
    private readonly int _partNumber;
    private int _segments;

    /// <summary>Starts an attempt, with a fresh salt and so a fresh key.</summary>
    /// <param name="key">The file's key; may be disposed afterwards.</param>
    /// <param name="partNumber">1 to <see cref="PartLayout.MaxParts"/>.</param>
    public PartEncryptor(FileKey key, int partNumber)
        : this(key, partNumber, RandomNumberGenerator.GetBytes(PartLayout.SaltBytes))
    {
    }

    internal PartEncryptor(FileKey key, int partNumber, byte[] salt)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(partNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partNumber, PartLayout.MaxParts);
        (_partNumber, _salt) = (partNumber, salt);
        _cipher = new SegmentCipher(key, partNumber, salt);
    }

    /// <summary>What comes before the first segment: <see cref="PartLayout.HeaderBytes"/> bytes.</summary>
    public ReadOnlyMemory<byte> Header => _cipher.Header;

    /// <summary>How many bytes were encrypted so far.</summary>
    public long PlaintextBytes { get; private set; }

    /// <summary>Whether the final segment was encrypted.</summary>
    public bool Completed { get; private set; }

    /// <summary>What has to be remembered to read the part back.</summary>
    /// <exception cref="InvalidOperationException">The final segment is still missing.</exception>
    public PartAttempt Attempt => Completed
        ? new PartAttempt(_partNumber, PlaintextBytes, _salt)
        : throw new InvalidOperationException("The part's final segment was not encrypted yet.");

    /// <summary>Encrypts the next segment.</summary>
    /// <param name="plaintext">
    /// Exactly <see cref="PartLayout.SegmentBytes"/> bytes; the final segment may have fewer, and none only if it is also the first.
    /// </param>
    /// <param name="final">Whether it is the last one of the part.</param>
    /// <param name="destination">
    /// Takes <paramref name="plaintext"/>'s length + <see cref="PartLayout.TagBytes"/> bytes. May start at the same byte as
    /// <paramref name="plaintext"/>, to encrypt in place; must not overlap it in another way.
    /// </param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ContainerException">The part has <see cref="PartLayout.MaxSegments"/> segments and goes on.</exception>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="InvalidOperationException">The final segment was encrypted already.</exception>
    public int Encrypt(ReadOnlySpan<byte> plaintext, bool final, Span<byte> destination)
    {
        Check(plaintext, final);
        var written = plaintext.Length + PartLayout.TagBytes;
        if (destination.Length < written)
            throw new ArgumentException($"The segment takes {written} bytes; there is space for {destination.Length}.", nameof(destination));
        _cipher.Encrypt(_segments, final, plaintext, destination);
        _segments++;
        PlaintextBytes += plaintext.Length;
        Completed = final;
        return written;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();

    private void Check(ReadOnlySpan<byte> plaintext, bool final)
    {
        if (Completed)
            throw new InvalidOperationException("The part's final segment was encrypted already. Another attempt needs another encryptor.");
        if (plaintext.Length > PartLayout.SegmentBytes || (!final && plaintext.Length < PartLayout.SegmentBytes))
            throw new ArgumentException(
                $"A segment has {PartLayout.SegmentBytes} bytes, only the final one may have fewer; this one has {plaintext.Length}.", nameof(plaintext));
        if (final && plaintext.IsEmpty && _segments > 0)
            throw new ArgumentException("The final segment is empty. Say that a segment is final when it is the last one with bytes.", nameof(plaintext));
        if (!final && _segments == PartLayout.MaxSegments - 1)
            throw new ContainerException(ContainerProblem.TooLong, $"A part has at most {PartLayout.MaxPartBytes} bytes. Send the file in more parts.");
    }
}
