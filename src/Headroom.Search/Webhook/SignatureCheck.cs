using System.Security.Cryptography;

namespace Headroom.Search.Webhook;

/// <summary>Signs a body with every secret while it arrives, and compares in constant time. Not thread-safe.</summary>
internal sealed class SignatureCheck(byte[][] keys) : IDisposable
{
    private readonly IncrementalHash[] _hashes = [.. keys.Select(key => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key))];

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var hash in _hashes)
            hash.AppendData(bytes);
    }

    /// <summary>Ends the body.</summary>
    /// <returns>Whether one of the secrets made this signature. Neither which one, nor how much of it fits, shows in the time.</returns>
    public bool Matches(ReadOnlySpan<byte> signature)
    {
        Span<byte> own = stackalloc byte[SigningSecrets.SignatureBytes];
        var matches = false;
        foreach (var hash in _hashes)
        {
            hash.GetHashAndReset(own);
            matches |= CryptographicOperations.FixedTimeEquals(own, signature);
        }
        return matches;
    }

    public void Dispose()
    {
        foreach (var hash in _hashes)
            hash.Dispose();
    }
}
