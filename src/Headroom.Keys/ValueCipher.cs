using System.Security.Cryptography;

namespace Headroom.Keys;

/// <summary>
/// Encrypts small values, such as columns of rows, under keys that are derived from the master keys for one purpose:
/// AES-256-GCM with a random nonce for each value (NIST SP 800-38D, 8.2.2: good for 2³² values a key) and the value's
/// identity as associated data, so that none can stand in another one's place. A sealed value is nonce (12 bytes),
/// ciphertext, tag (16). Specified in docs/reference/format.md. Thread-safe.
/// </summary>
/// <param name="ring">The master keys.</param>
/// <param name="purpose">What is encrypted, for good; ASCII.</param>
public sealed class ValueCipher(MasterKeyRing ring, string purpose) : IDisposable
{
    /// <summary>How many bytes longer a sealed value is.</summary>
    public const int Overhead = CommittedKey.NonceBytes + CommittedKey.TagBytes;

    private readonly Dictionary<MasterKeyId, AesGcm> _ciphers = [];
    private readonly Lock _lock = new();

    /// <summary>The master key that values are sealed under from now on.</summary>
    public MasterKeyId Current => ring.Current;

    /// <summary>Insists that a master key is there.</summary>
    /// <exception cref="MasterKeyException">It is not.</exception>
    public void Require(MasterKeyId key) => _ = ring.Find(key);

    /// <summary>Encrypts a value under the current master key.</summary>
    /// <param name="value">The value.</param>
    /// <param name="identity">Whose it is; it opens with the same one only.</param>
    public byte[] Seal(ReadOnlySpan<byte> value, ReadOnlySpan<byte> identity)
    {
        var sealedValue = new byte[value.Length + Overhead];
        var nonce = sealedValue.AsSpan(0, CommittedKey.NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        lock (_lock)
            Find(Current).Encrypt(nonce, value, Content(sealedValue), sealedValue.AsSpan(^CommittedKey.TagBytes..), identity);
        return sealedValue;
    }

    /// <summary>Decrypts a value where it lies.</summary>
    /// <param name="key">The master key that it was sealed under.</param>
    /// <param name="sealedValue">What <see cref="Seal"/> gave; changed by this.</param>
    /// <param name="identity">Whose it must be.</param>
    /// <param name="value">The part of <paramref name="sealedValue"/> that holds the value now.</param>
    /// <returns>False when it was changed, or is somebody else's; it holds nothing then.</returns>
    /// <exception cref="MasterKeyException">The master key is not in the ring.</exception>
    public bool TryOpen(MasterKeyId key, byte[] sealedValue, ReadOnlySpan<byte> identity, out ReadOnlyMemory<byte> value)
    {
        ArgumentNullException.ThrowIfNull(sealedValue);
        value = default;
        if (sealedValue.Length < Overhead)
            return false;
        var content = Content(sealedValue);
        try
        {
            // One at a time: the system's cipher has one state.
            lock (_lock)
                Find(key).Decrypt(sealedValue.AsSpan(0, CommittedKey.NonceBytes), content, sealedValue.AsSpan(^CommittedKey.TagBytes..), content, identity);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        value = sealedValue.AsMemory(CommittedKey.NonceBytes, content.Length);
        return true;
    }

    /// <summary>Forgets the derived keys.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var cipher in _ciphers.Values)
                cipher.Dispose();
            _ciphers.Clear();
        }
    }

    private static Span<byte> Content(byte[] sealedValue) => sealedValue.AsSpan(CommittedKey.NonceBytes..^CommittedKey.TagBytes);

    private AesGcm Find(MasterKeyId key)
    {
        if (!_ciphers.TryGetValue(key, out var cipher))
            _ciphers.Add(key, cipher = ring.Find(key).Derive(System.Text.Encoding.ASCII.GetBytes(purpose)));
        return cipher;
    }
}
