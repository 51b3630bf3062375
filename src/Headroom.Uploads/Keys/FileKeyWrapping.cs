using System.Security.Cryptography;
using Headroom.Keys;

namespace Headroom.Uploads.Keys;

/// <summary>Keys of files under master keys, each under a key that is derived for that file alone.</summary>
internal static class FileKeyWrapping
{
    private const int IdBytes = 16;

    // Every file's key is wrapped under a key of its own, so one nonce serves.
    private static ReadOnlySpan<byte> Nonce => new byte[CommittedKey.NonceBytes];

    /// <summary>Encrypts a file's key with the current master key, to be stored beside the file.</summary>
    public static byte[] Wrap(this MasterKeyRing ring, FileKey key)
    {
        Span<byte> salt = stackalloc byte[CommittedKey.SaltBytes];
        RandomNumberGenerator.Fill(salt);
        return ring.Wrap(key, salt);
    }

    /// <summary>Decrypts a file's key.</summary>
    /// <param name="ring">The master keys.</param>
    /// <param name="fileId">The file that it must belong to.</param>
    /// <param name="wrapped">What <see cref="Wrap(MasterKeyRing, FileKey)"/> gave.</param>
    /// <exception cref="MasterKeyException">The master key that it was wrapped with is not in the ring.</exception>
    /// <exception cref="ContainerException">It was changed, or belongs to another file.</exception>
    public static FileKey Unwrap(this MasterKeyRing ring, Guid fileId, ReadOnlySpan<byte> wrapped)
    {
        var master = ring.Find(KeyRecord.MasterKeyId(wrapped));
        if (KeyRecord.FileId(wrapped) != fileId)
            throw new ContainerException(
                ContainerProblem.WrongKey,
                $"The wrapped key belongs to file {KeyRecord.FileId(wrapped)}, not to {fileId}. Restore the right one from a copy.");
        Span<byte> commitment = stackalloc byte[CommittedKey.CommitmentBytes];
        using var gcm = master.Derive(fileId, wrapped[KeyRecord.SaltAt..KeyRecord.CommitmentAt], commitment);
        if (!CryptographicOperations.FixedTimeEquals(commitment, wrapped[KeyRecord.CommitmentAt..KeyRecord.WrappedAt]))
            throw new ContainerException(
                ContainerProblem.WrongKey,
                $"The wrapped key of file {fileId} does not belong to master key {master.Id}, or is damaged. Restore it from a copy.");
        return Decrypt(gcm, fileId, wrapped);
    }

    /// <summary>Whether the current master key wrapped it; if not, <see cref="Rewrap"/> it.</summary>
    /// <exception cref="ContainerException">It is no wrapped key.</exception>
    public static bool IsCurrent(this MasterKeyRing ring, ReadOnlySpan<byte> wrapped) => KeyRecord.MasterKeyId(wrapped) == ring.Current;

    /// <summary>Wraps a file's key with the current master key instead. The file itself stays as it is.</summary>
    /// <inheritdoc cref="Unwrap" path="/param"/>
    /// <inheritdoc cref="Unwrap" path="/exception"/>
    public static byte[] Rewrap(this MasterKeyRing ring, Guid fileId, ReadOnlySpan<byte> wrapped)
    {
        using var key = ring.Unwrap(fileId, wrapped);
        return ring.Wrap(key);
    }

    /// <summary>The key that a file's key is wrapped under.</summary>
    internal static AesGcm Derive(this MasterKey master, Guid fileId, ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        var label = "headroom/1/file-key"u8;
        Span<byte> info = stackalloc byte[label.Length + IdBytes];
        label.CopyTo(info);
        fileId.TryWriteBytes(info[label.Length..], bigEndian: true, out _);
        return master.Derive(salt, info, commitment);
    }

    internal static byte[] Wrap(this MasterKeyRing ring, FileKey key, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(key);
        var record = new byte[KeyRecord.Bytes];
        KeyRecord.Write(record, ring.Current, key.FileId, salt);
        using var gcm = ring.CurrentKey.Derive(key.FileId, salt, record.AsSpan(KeyRecord.CommitmentAt..KeyRecord.WrappedAt));
        key.Wrap(gcm, Nonce, record.AsSpan(KeyRecord.WrappedAt), record.AsSpan(..KeyRecord.WrappedAt));
        return record;
    }

    private static FileKey Decrypt(AesGcm gcm, Guid fileId, ReadOnlySpan<byte> wrapped)
    {
        Span<byte> secret = stackalloc byte[CommittedKey.KeyBytes];
        try
        {
            gcm.Decrypt(
                Nonce, wrapped[KeyRecord.WrappedAt..^CommittedKey.TagBytes], wrapped[^CommittedKey.TagBytes..], secret, wrapped[..KeyRecord.WrappedAt]);
            return new FileKey(fileId, secret);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new ContainerException(ContainerProblem.Damaged, $"The wrapped key of file {fileId} is not what was written. Restore it from a copy.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
