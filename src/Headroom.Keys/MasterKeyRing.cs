using System.Security.Cryptography;

namespace Headroom.Keys;

/// <summary>
/// The master keys: the current one is for what is encrypted from now on, the others still open what is under them.
/// Thread-safe; zeroed when disposed.
/// </summary>
public sealed class MasterKeyRing : IDisposable
{
    /// <summary>The most keys a ring may have.</summary>
    public const int MaxKeys = 100;

    private readonly List<MasterKey> _keys = [];

    private MasterKeyRing()
    {
    }

    /// <summary>The name of the key that encrypts from now on.</summary>
    public MasterKeyId Current => _keys[0].Id;

    /// <summary>All keys, the current one first.</summary>
    public IReadOnlyList<MasterKeyId> Ids => [.. _keys.Select(key => key.Id)];

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

    /// <summary>The key that encrypts from now on.</summary>
    public MasterKey CurrentKey => _keys[0];

    /// <summary>Finds a key.</summary>
    /// <exception cref="MasterKeyException">It is not in the ring.</exception>
    public MasterKey Find(MasterKeyId id) =>
        _keys.Find(key => key.Id == id)
        ?? throw new MasterKeyException(
            $"Master key {id} is missing; there are {string.Join(", ", Ids)}. Put it back into the key file or the environment, behind the current key.");

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }

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
