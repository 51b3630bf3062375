using System.Security.Cryptography;

namespace Headroom.Keys;

/// <summary>A key that the garbage collector leaves in one place, and that is zeroed when disposed.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(CommittedKey.KeyBytes, pinned: true);
    private volatile bool _disposed;

    private SecretBytes()
    {
    }

    /// <summary>Copies a key.</summary>
    /// <param name="bytes">The key, <see cref="CommittedKey.KeyBytes"/> long.</param>
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

    /// <summary>A new key.</summary>
    public static SecretBytes Random()
    {
        var secret = new SecretBytes();
        RandomNumberGenerator.Fill(secret._bytes);
        return secret;
    }

    /// <inheritdoc cref="CommittedKey.Derive"/>
    /// <exception cref="ObjectDisposedException">It was zeroed.</exception>
    public AesGcm Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> commitment)
    {
        var gcm = CommittedKey.Derive(Span, salt, info, commitment);
        if (!_disposed)
            return gcm;
        // Disposed meanwhile: what was derived may come from zeros.
        gcm.Dispose();
        throw new ObjectDisposedException(nameof(SecretBytes));
    }

    /// <summary>Derives a key for one use for good: HKDF-SHA256 without a salt.</summary>
    /// <param name="info">What the key is for.</param>
    /// <exception cref="ObjectDisposedException">It was zeroed.</exception>
    public AesGcm Derive(ReadOnlySpan<byte> info)
    {
        Span<byte> key = stackalloc byte[CommittedKey.KeyBytes];
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Span, key, [], info);
            // Disposed meanwhile: what was derived may come from zeros.
            ThrowIfDisposed();
            return new AesGcm(key, CommittedKey.TagBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Insists that the key was not zeroed.</summary>
    /// <exception cref="ObjectDisposedException">It was.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
