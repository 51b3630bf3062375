using System.Security.Cryptography;

namespace Headroom.Keys;

/// <summary>
/// Derives a key for one use and a commitment to it: HKDF-SHA256 with 64 bytes of output, of which the first half is the
/// key and the second half is published. AES-GCM alone commits to no key: one ciphertext can be made to open under two
/// keys (Albertini, Duong, Gueron, Kölbl, Luykx, Schmieg: «How to Abuse and Fix Authenticated Encryption Without Key
/// Commitment», USENIX Security 2022).
/// </summary>
public static class CommittedKey
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes of a salt.</summary>
    public const int SaltBytes = 32;

    /// <summary>Bytes of a commitment.</summary>
    public const int CommitmentBytes = 32;

    /// <summary>Bytes of a nonce of AES-GCM.</summary>
    public const int NonceBytes = 12;

    /// <summary>Bytes of a tag of AES-GCM.</summary>
    public const int TagBytes = 16;

    /// <summary>Derives.</summary>
    /// <param name="secret">The key to derive from, <see cref="KeyBytes"/> long.</param>
    /// <param name="salt">Random, <see cref="SaltBytes"/> long; new for everything that is encrypted.</param>
    /// <param name="info">What the key is for.</param>
    /// <param name="commitment">Takes <see cref="CommitmentBytes"/> bytes.</param>
    public static AesGcm Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> commitment)
    {
        Span<byte> output = stackalloc byte[KeyBytes + CommitmentBytes];
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, output, salt, info);
            output[KeyBytes..].CopyTo(commitment);
            return new AesGcm(output[..KeyBytes], TagBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(output);
        }
    }
}
