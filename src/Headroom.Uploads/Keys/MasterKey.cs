using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Headroom.Uploads.Keys;

/// <summary>A 256-bit key that wraps files' keys, each under a key derived for that alone.</summary>
internal sealed class MasterKey : IDisposable
{
    private const int IdBytes = 16;
    private readonly SecretBytes _secret;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        _secret = new SecretBytes(key);
        Span<byte> id = stackalloc byte[sizeof(ulong)];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, id, [], "headroom/1/master-key-id"u8);
        Id = new MasterKeyId(BinaryPrimitives.ReadUInt64BigEndian(id));
    }

    public MasterKeyId Id { get; }

    public AesGcm Derive(Guid fileId, ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        var label = "headroom/1/file-key"u8;
        Span<byte> info = stackalloc byte[label.Length + IdBytes];
        label.CopyTo(info);
        fileId.TryWriteBytes(info[label.Length..], bigEndian: true, out _);
        return _secret.Derive(salt, info, commitment);
    }

    public void Dispose() => _secret.Dispose();
}
