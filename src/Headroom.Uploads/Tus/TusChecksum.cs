using System.Security.Cryptography;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Tus;

/// <summary>The header <c>Upload-Checksum</c>: what the bytes of one request must add up to. Not thread-safe.</summary>
internal sealed class TusChecksum : IDisposable
{
    /// <summary>The algorithms there are, as the protocol writes them.</summary>
    public const string Algorithms = "sha1,sha256";

    private readonly IncrementalHash _hash;
    private readonly byte[] _expected;

    private TusChecksum(HashAlgorithmName algorithm, byte[] expected) => (_hash, _expected) = (IncrementalHash.CreateHash(algorithm), expected);

    /// <summary>Reads the header.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ProblemException">The algorithm is unknown, or the value is none of it.</exception>
    public static TusChecksum? Read(HttpRequest request)
    {
        var header = request.Headers[TusProtocol.UploadChecksum].ToString();
        if (header.Length == 0)
            return null;
        var bytes = new byte[header.Length];
        if (header.Split(' ') is not [var name, var value] || !Convert.TryFromBase64String(value, bytes, out var written))
            throw TusProtocol.Bad("Upload-Checksum must be an algorithm, a space and a value in Base64.");
        // SHA-1 is what the protocol asks every server for; it finds errors of transmission, not attacks.
        var (algorithm, length) = name switch
        {
            "sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            "sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ => throw TusProtocol.Bad($"Upload-Checksum names '{name}'; this server has {Algorithms}."),
        };
        return written == length
            ? new TusChecksum(algorithm, bytes[..written])
            : throw TusProtocol.Bad($"The value of Upload-Checksum has {written} bytes; {name} has {length}.");
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Whether everything that was appended adds up. Asked once.</summary>
    public bool Matches() => CryptographicOperations.FixedTimeEquals(_hash.GetHashAndReset(), _expected);

    public void Dispose() => _hash.Dispose();
}
