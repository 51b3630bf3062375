using System.Security.Cryptography;

namespace Headroom.Uploads.Keys;

/// <summary>
/// The master keys: the current one wraps the keys of new files, the others still open what they wrapped. Thread-safe;
/// zeroed when disposed.
/// </summary>
public sealed class MasterKeyRing : IDisposable
{
    /// <summary>Bytes of a wrapped file key.</summary>
    public const int WrappedBytes = KeyRecord.Bytes;

    /// <summary>The most keys a ring may have.</summary>
    public const int MaxKeys = 100;

    private readonly List<MasterKey> _keys = [];

    private MasterKeyRing()
    {
    }

    /// <summary>The key that new files' keys are wrapped with.</summary>
    public MasterKeyId Current => _keys[0].Id;

    /// <summary>All keys, the current one first.</summary>
    public IReadOnlyList<MasterKeyId> Ids => [.. _keys.Select(key => key.Id)];

    // Every file's key is wrapped under a key of its own, so one nonce serves.
    private static ReadOnlySpan<byte> Nonce => new byte[CommittedKey.NonceBytes];

    /// <summary>
    /// Reads keys as they stand in a key file or an environment variable: 32 bytes each in Base64, separated by white
    /// space or commas, the current one first; a line from «#» on is a comment.
    /// </summary>
    /// <exception cref="MasterKeyException">There is no key, too many, the same twice, or something else among them.</exception>
    public static MasterKeyRing Parse(ReadOnlySpan<char> text)
    {
        var ring = new MasterKeyRing();
        try
        {
            foreach (var line in text.EnumerateLines())
                ring.AddLine(line[..(line.IndexOf('#') is var comment and >= 0 ? comment : line.Length)]);
            return ring._keys.Count > 0 ? ring : throw new MasterKeyException("There is no master key. Make one with: openssl rand -base64 32");
        }
        catch
        {
            ring.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts a file's key with the current master key, to be stored beside the file.</summary>
    public byte[] Wrap(FileKey key)
    {
        Span<byte> salt = stackalloc byte[CommittedKey.SaltBytes];
        RandomNumberGenerator.Fill(salt);
        return Wrap(key, salt);
    }

    /// <summary>Decrypts a file's key.</summary>
    /// <param name="fileId">The file that it must belong to.</param>
    /// <param name="wrapped">What <see cref="Wrap(FileKey)"/> gave.</param>
    /// <exception cref="MasterKeyException">The master key that it was wrapped with is not in the ring.</exception>
    /// <exception cref="ContainerException">It was changed, or belongs to another file.</exception>
    public FileKey Unwrap(Guid fileId, ReadOnlySpan<byte> wrapped)
    {
        var master = Find(KeyRecord.MasterKeyId(wrapped));
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
    public bool IsCurrent(ReadOnlySpan<byte> wrapped) => KeyRecord.MasterKeyId(wrapped) == Current;

    /// <summary>Wraps a file's key with the current master key instead. The file itself stays as it is.</summary>
    /// <inheritdoc cref="Unwrap" path="/param"/>
    /// <inheritdoc cref="Unwrap" path="/exception"/>
    public byte[] Rewrap(Guid fileId, ReadOnlySpan<byte> wrapped)
    {
        using var key = Unwrap(fileId, wrapped);
        return Wrap(key);
    }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }

    internal byte[] Wrap(FileKey key, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(key);
        var record = new byte[KeyRecord.Bytes];
        KeyRecord.Write(record, Current, key.FileId, salt);
        using var gcm = _keys[0].Derive(key.FileId, salt, record.AsSpan(KeyRecord.CommitmentAt..KeyRecord.WrappedAt));
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

    private MasterKey Find(MasterKeyId id) =>
        _keys.Find(key => key.Id == id)
        ?? throw new MasterKeyException(
            $"Master key {id} is missing; there are {string.Join(", ", Ids)}. Put it back into the key file or the environment, behind the current key.");

    private void AddLine(ReadOnlySpan<char> line)
    {
        foreach (var range in line.SplitAny(", \t"))
        {
            if (!line[range].IsEmpty)
                Add(line[range]);
        }
    }

    private void Add(ReadOnlySpan<char> text)
    {
        // One more than needed, so that longer keys show.
        Span<byte> bytes = stackalloc byte[CommittedKey.KeyBytes + 1];
        try
        {
            if (!Convert.TryFromBase64Chars(text, bytes, out var written) || written != CommittedKey.KeyBytes)
                throw new MasterKeyException($"Master key {_keys.Count + 1} is not 32 bytes in Base64. Make one with: openssl rand -base64 32");
            if (_keys.Count == MaxKeys)
                throw new MasterKeyException($"There are more than {MaxKeys} master keys. Re-wrap what the oldest ones wrapped and remove them.");
            var key = new MasterKey(bytes[..written]);
            _keys.Add(key);
            if (_keys.Count(k => k.Id == key.Id) > 1)
                throw new MasterKeyException($"Master key {key.Id} stands there twice. Remove one of the two.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
