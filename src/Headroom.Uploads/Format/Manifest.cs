using System.Security.Cryptography;
using Headroom.Keys;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Format;

/// <summary>
/// What a complete file consists of: its parts in order, which attempt at each was chosen, its length, name and content
/// type. Stored encrypted, so that names are no more readable than content. Immutable.
/// </summary>
/// <remarks>
/// Name and content type are any text that a client sent: controls, separators and marks that turn the direction of text
/// included. Clean them before they go into a header, a path or a page. Holds up to 0.6 MB: 56 bytes a part and the text.
/// </remarks>
public sealed class Manifest
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = ManifestBody.MaxNameBytes;

    /// <summary>The longest content type, in bytes of UTF-8.</summary>
    public const int MaxContentTypeBytes = ManifestBody.MaxContentTypeBytes;

    /// <summary>The largest stored manifest.</summary>
    public const int MaxSealedBytes = HeaderBytes + ManifestBody.MaxBytes + CommittedKey.TagBytes;

    /// <summary>Bytes of a <see cref="Fingerprint"/>.</summary>
    public const int FingerprintBytes = CommittedKey.CommitmentBytes;

    private const int FileAt = 4;
    private const int SaltAt = 20;
    private const int CommitmentAt = SaltAt + CommittedKey.SaltBytes;
    private const int HeaderBytes = CommitmentAt + CommittedKey.CommitmentBytes;
    private readonly ManifestBody _body;

    private Manifest(ManifestBody body) => _body = body;

    /// <summary>The file's name, as it was sent.</summary>
    public string Name => _body.Name;

    /// <summary>Its content type, as it was sent.</summary>
    public string ContentType => _body.ContentType;

    /// <summary>Its plaintext bytes.</summary>
    public long Length => Map.PlaintextBytes;

    /// <summary>How many parts it has.</summary>
    public int PartCount => _body.PartCount;

    /// <summary>Which encrypted bytes hold which plaintext.</summary>
    public SegmentMap Map => _body.Map;

    /// <summary>How many bytes <see cref="Seal(FileKey, Span{byte})"/> writes.</summary>
    public int SealedBytes => HeaderBytes + _body.Bytes.Length + CommittedKey.TagBytes;

    private static ReadOnlySpan<byte> Magic => "HRM\u0001"u8;

    // Every manifest is encrypted under a key of its own, so one nonce serves.
    private static ReadOnlySpan<byte> Nonce => new byte[CommittedKey.NonceBytes];

    /// <summary>Describes a complete file.</summary>
    /// <param name="name">At most <see cref="MaxNameBytes"/> bytes.</param>
    /// <param name="contentType">At most <see cref="MaxContentTypeBytes"/> bytes.</param>
    /// <param name="parts">The chosen attempts, numbered 1, 2, 3 …; at most <see cref="PartLayout.MaxParts"/>; none for an empty file.</param>
    /// <exception cref="ArgumentException">A text is too long or no valid Unicode, or a part is missing.</exception>
    public static Manifest Create(string name, string contentType, IReadOnlyList<PartAttempt> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new Manifest(ManifestBody.Create(name, contentType, parts));
    }

    /// <summary>The chosen attempt at a part.</summary>
    /// <param name="number">1 to <see cref="PartCount"/>.</param>
    public PartAttempt Part(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, PartCount);
        return _body.Part(number);
    }

    /// <summary>Encrypts the manifest, with a fresh salt and so a fresh key.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="destination">Takes <see cref="SealedBytes"/> bytes.</param>
    public void Seal(FileKey key, Span<byte> destination)
    {
        Span<byte> salt = stackalloc byte[CommittedKey.SaltBytes];
        RandomNumberGenerator.Fill(salt);
        Seal(key, destination, salt);
    }

    /// <summary>
    /// The part of a stored manifest that no other stored manifest shares. Kept outside of the store, it tells when an
    /// older manifest of the same file was put back.
    /// </summary>
    /// <exception cref="ContainerException">It is no manifest.</exception>
    public static ReadOnlySpan<byte> Fingerprint(ReadOnlySpan<byte> manifest)
    {
        Check(manifest);
        return manifest[CommitmentAt..HeaderBytes];
    }

    /// <summary>Decrypts a manifest.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="manifest">What <see cref="Seal(FileKey, Span{byte})"/> wrote.</param>
    /// <exception cref="ContainerException">It was changed, belongs to another file or is none.</exception>
    public static Manifest Open(FileKey key, ReadOnlySpan<byte> manifest)
    {
        ArgumentNullException.ThrowIfNull(key);
        Check(manifest);
        Span<byte> commitment = stackalloc byte[CommittedKey.CommitmentBytes];
        using var gcm = key.DeriveManifest(manifest[SaltAt..CommitmentAt], commitment);
        if (new Guid(manifest[FileAt..SaltAt], bigEndian: true) != key.FileId
            || !CryptographicOperations.FixedTimeEquals(commitment, manifest[CommitmentAt..HeaderBytes]))
            throw new ContainerException(
                ContainerProblem.WrongKey, $"The manifest does not belong to file {key.FileId} and its key, or is damaged. Restore it from a copy.");
        return new Manifest(ManifestBody.Parse(Decrypt(gcm, manifest)));
    }

    internal void Seal(FileKey key, Span<byte> destination, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (destination.Length < SealedBytes)
            throw new ArgumentException($"The manifest takes {SealedBytes} bytes; there is space for {destination.Length}.", nameof(destination));
        Magic.CopyTo(destination);
        key.FileId.TryWriteBytes(destination[FileAt..], bigEndian: true, out _);
        salt.CopyTo(destination[SaltAt..]);
        using var gcm = key.DeriveManifest(salt, destination[CommitmentAt..HeaderBytes]);
        var tagAt = SealedBytes - CommittedKey.TagBytes;
        gcm.Encrypt(Nonce, _body.Bytes.Span, destination[HeaderBytes..tagAt], destination[tagAt..SealedBytes], destination[..HeaderBytes]);
    }

    private static void Check(ReadOnlySpan<byte> manifest)
    {
        if (!manifest.StartsWith(Magic))
            throw new ContainerException(ContainerProblem.UnknownFormat, "This is not a manifest of version 1 of the format.");
        if (manifest.Length < HeaderBytes + ManifestBody.FixedBytes + CommittedKey.TagBytes)
            throw new ContainerException(ContainerProblem.Truncated, "The manifest's end is missing. Restore it from a copy.");
        if (manifest.Length > MaxSealedBytes)
            throw new ContainerException(ContainerProblem.TooLong, $"A manifest has at most {MaxSealedBytes} bytes, not {manifest.Length}.");
    }

    private static byte[] Decrypt(AesGcm gcm, ReadOnlySpan<byte> manifest)
    {
        var body = new byte[manifest.Length - HeaderBytes - CommittedKey.TagBytes];
        try
        {
            gcm.Decrypt(Nonce, manifest[HeaderBytes..^CommittedKey.TagBytes], manifest[^CommittedKey.TagBytes..], body, manifest[..HeaderBytes]);
            return body;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new ContainerException(ContainerProblem.Damaged, "The manifest is not what was written. Restore it from a copy.");
        }
    }
}
