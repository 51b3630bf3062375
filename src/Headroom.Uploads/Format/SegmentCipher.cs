using System.Buffers.Binary;
using System.Security.Cryptography;
using Headroom.Keys;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Format;

/// <summary>The key of one attempt at a part, and the header that all its segments are bound to. Not thread-safe.</summary>
internal sealed class SegmentCipher : IDisposable
{
    private readonly AesGcm _gcm;
    private readonly byte[] _header = new byte[PartLayout.HeaderBytes];

    public SegmentCipher(FileKey key, int partNumber, ReadOnlySpan<byte> salt)
    {
        PartHeader.Write(_header, key.FileId, partNumber, salt);
        _gcm = key.DerivePart(partNumber, salt, _header.AsSpan(PartHeader.CommitmentAt));
    }

    public ReadOnlyMemory<byte> Header => _header;

    public void Dispose() => _gcm.Dispose();

    /// <summary>Encrypts; both may start at the same byte.</summary>
    public void Encrypt(int segment, bool final, ReadOnlySpan<byte> plaintext, Span<byte> encrypted)
    {
        Span<byte> nonce = stackalloc byte[CommittedKey.NonceBytes];
        WriteNonce(nonce, segment, final);
        _gcm.Encrypt(nonce, plaintext, encrypted[..plaintext.Length], encrypted.Slice(plaintext.Length, PartLayout.TagBytes), _header);
    }

    /// <summary>Decrypts; both may start at the same byte. Leaves zeros there when it throws.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Not this segment of this attempt.</exception>
    public void Decrypt(int segment, bool final, ReadOnlySpan<byte> encrypted, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[CommittedKey.NonceBytes];
        WriteNonce(nonce, segment, final);
        var length = encrypted.Length - PartLayout.TagBytes;
        _gcm.Decrypt(nonce, encrypted[..length], encrypted[length..], plaintext[..length], _header);
    }

    // The counter in 11 bytes, big-endian, then the final flag. It never repeats, as each attempt has its own key.
    private static void WriteNonce(Span<byte> nonce, int segment, bool final)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt32BigEndian(nonce[7..], segment);
        nonce[^1] = final ? (byte)1 : (byte)0;
    }
}
