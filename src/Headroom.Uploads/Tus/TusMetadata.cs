using System.Text;
using Headroom.AspNetCore.Problems;

namespace Headroom.Uploads.Tus;

/// <summary>The header <c>Upload-Metadata</c>: pairs of a key and a value in Base64, by commas; values may be missing.</summary>
/// <param name="Name">The file's name; null if none was sent.</param>
/// <param name="ContentType">Its content type; null if none was sent.</param>
internal readonly record struct TusMetadata(string? Name, string? ContentType)
{
    /// <summary>What is kept and told again.</summary>
    public const int MaxBytes = 4096;

    // tus-js-client and Uppy write the first of each; others are in use as well.
    private static readonly string[] NameKeys = ["filename", "name"];
    private static readonly string[] TypeKeys = ["filetype", "type", "contentType", "content_type"];

    /// <summary>Reads the header; an empty one says nothing.</summary>
    /// <exception cref="ProblemException">It breaks the protocol's rules.</exception>
    public static TusMetadata Parse(string header)
    {
        if (header.Length > MaxBytes || header.Any(c => c is < ' ' or > '~'))
            throw TusProtocol.Bad($"Upload-Metadata must have at most {MaxBytes} characters, all of them ASCII.");
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split(' ', 2, StringSplitOptions.TrimEntries) is [var k, var v] ? (k, v) : (pair, "");
            if (!pairs.TryAdd(key, Decode(key, value)))
                throw TusProtocol.Bad($"Upload-Metadata has '{key}' twice.");
        }
        return new TusMetadata(First(pairs, NameKeys), First(pairs, TypeKeys));
    }

    private static string Decode(string key, string value)
    {
        var bytes = new byte[value.Length];
        // .NET would take white space inside.
        return !value.Contains(' ') && Convert.TryFromBase64String(value, bytes, out var written)
            ? Encoding.UTF8.GetString(bytes, 0, written)
            : throw TusProtocol.Bad($"The value of '{key}' in Upload-Metadata is not Base64.");
    }

    private static string? First(Dictionary<string, string> pairs, string[] keys) =>
        keys.Select(key => pairs.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
