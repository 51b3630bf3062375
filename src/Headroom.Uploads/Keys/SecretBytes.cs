using System.Security.Cryptography;

namespace Headroom.Uploads.Keys;

/// <summary>A key that the garbage collector leaves in one place, and that is zeroed when disposed.</summary>
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(CommittedKey.KeyBytes, pinned: true);
    private volatile bool _disposed;

    private SecretBytes()
    {
    }

    public SecretBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes);

    /// <summary>The key; none of it may be used before <see cref="ThrowIfDisposed"/> was asked after the use.</summary>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ThrowIfDisposed();
            return _bytes;
        }
    }

    public static SecretBytes Random()
    {
        var secret = new SecretBytes();
        RandomNumberGenerator.Fill(secret._bytes);
        return secret;
    }

    public AesGcm Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> commitment)
    {
        var gcm = CommittedKey.Derive(Span, salt, info, commitment);
        if (!_disposed)
            return gcm;
        // Disposed meanwhile: what was derived may come from zeros.
        gcm.Dispose();
        throw new ObjectDisposedException(nameof(SecretBytes));
    }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
