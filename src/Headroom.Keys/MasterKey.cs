using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Headroom.Keys;

/// <summary>A 256-bit key that encrypts nothing itself: everything is under a key that is derived from it for that use alone.</summary>
public sealed class MasterKey : IDisposable
{
    private readonly SecretBytes _secret;

    /// <summary>Copies a key.</summary>
    /// <param name="key">32 bytes.</param>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        _secret = new SecretBytes(key);
        Span<byte> id = stackalloc byte[sizeof(ulong)];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, id, [], "headroom/1/master-key-id"u8);
        Id = new MasterKeyId(BinaryPrimitives.ReadUInt64BigEndian(id));
    }

    /// <summary>Its name.</summary>
    public MasterKeyId Id { get; }

    /// <inheritdoc cref="SecretBytes.Derive(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public AesGcm Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> commitment) => _secret.Derive(salt, info, commitment);

    /// <inheritdoc cref="SecretBytes.Derive(ReadOnlySpan{byte})"/>
    public AesGcm Derive(ReadOnlySpan<byte> info) => _secret.Derive(info);

    /// <summary>Zeroes the key. What was derived from it before goes on working.</summary>
    public void Dispose() => _secret.Dispose();
}
