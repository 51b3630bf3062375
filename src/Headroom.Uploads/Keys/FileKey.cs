using System.Buffers.Binary;
using System.Security.Cryptography;
using Headroom.Keys;

namespace Headroom.Uploads.Keys;

/// <summary>
/// The random 256-bit key of one file, bound to the file's id. Keys for parts and manifests are derived from it; it
/// encrypts nothing itself. Thread-safe; zeroed when disposed.
/// </summary>
public sealed class FileKey : IDisposable
{
    private const int IdBytes = 16;
    private readonly SecretBytes _secret;

    private FileKey(Guid fileId, SecretBytes secret) => (FileId, _secret) = (fileId, secret);

    internal FileKey(Guid fileId, ReadOnlySpan<byte> secret)
        : this(fileId, new SecretBytes(secret))
    {
    }

    /// <summary>The file.</summary>
    public Guid FileId { get; }

    /// <summary>Makes the key of a new file.</summary>
    /// <param name="fileId">The file's id; no two files may share it.</param>
    public static FileKey Create(Guid fileId) => new(fileId, SecretBytes.Random());

    /// <summary>Zeroes the key. What was derived from it before goes on working.</summary>
    public void Dispose() => _secret.Dispose();

    internal AesGcm DerivePart(int partNumber, ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        var label = "headroom/1/part"u8;
        Span<byte> info = stackalloc byte[label.Length + IdBytes + sizeof(uint)];
        label.CopyTo(info);
        FileId.TryWriteBytes(info[label.Length..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(info[^sizeof(uint)..], (uint)partNumber);
        return _secret.Derive(salt, info, commitment);
    }

    internal AesGcm DeriveManifest(ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        var label = "headroom/1/manifest"u8;
        Span<byte> info = stackalloc byte[label.Length + IdBytes];
        label.CopyTo(info);
        FileId.TryWriteBytes(info[label.Length..], bigEndian: true, out _);
        return _secret.Derive(salt, info, commitment);
    }

    /// <summary>Writes the key, encrypted, and its tag.</summary>
    internal void Wrap(AesGcm gcm, ReadOnlySpan<byte> nonce, Span<byte> wrapped, ReadOnlySpan<byte> header)
    {
        gcm.Encrypt(nonce, _secret.Span, wrapped[..CommittedKey.KeyBytes], wrapped.Slice(CommittedKey.KeyBytes, CommittedKey.TagBytes), header);
        // A key that was zeroed meanwhile must not be stored as this file's.
        _secret.ThrowIfDisposed();
    }
}
