using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Headroom.Blobs;

/// <summary>Names that are safe as file names and in S3's paths alike.</summary>
public static partial class BlobKey
{
    /// <summary>Checks a name: 1 to 128 of <c>A–Z a–z 0–9 _ - .</c>, not beginning with a dot.</summary>
    /// <exception cref="ArgumentException">It has others.</exception>
    public static void Check(string key)
    {
        if (!Allowed().IsMatch(key))
            throw new ArgumentException("A blob's key has 1 to 128 characters of A–Z a–z 0–9 _ - . and doesn't begin with a dot.", nameof(key));
    }

    /// <summary>Whether <see cref="Check"/> takes it.</summary>
    public static bool IsValid(string key) => Allowed().IsMatch(key);

    /// <summary>The folder that spreads keys evenly, 00 to ff.</summary>
    internal static string FanOut(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(key), hash);
        return Convert.ToHexStringLower(hash[..1]);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Allowed();
}
