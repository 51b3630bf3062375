using System.Globalization;
using System.Text;

namespace Headroom.Hostile.Http;

/// <summary>A request in parts that can be spoilt one by one.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Headers, but those of framing and keys.</param>
/// <param name="Body">Its body.</param>
internal sealed record RawRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>How the body is announced.</summary>
    public Framing Framing { get; init; } = Framing.Length;

    /// <summary>Whether more was announced than comes: the sender has to leave, or the server waits for the rest.</summary>
    public bool EndsEarly => Framing is Framing.TooLong or Framing.Huge or Framing.UnendingChunks or Framing.OverflowingChunk or Framing.BadChunk;

    /// <summary>The bytes on the wire.</summary>
    /// <param name="key">The caller's key; null for none.</param>
    public byte[] ToBytes(string? key)
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
        if (key is not null)
            head.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {key}\r\n");
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append(Framing switch
        {
            Framing.None => "",
            Framing.TooLong => $"Content-Length: {Body.Length + 7}\r\n",
            Framing.TooShort => $"Content-Length: {Body.Length / 2}\r\n",
            Framing.Negative => "Content-Length: -1\r\n",
            Framing.Huge => "Content-Length: 9223372036854775807\r\n",
            Framing.Length => $"Content-Length: {Body.Length}\r\n",
            _ => "Transfer-Encoding: chunked\r\n",
        });
        head.Append("\r\n");
        var size = Body.Length.ToString("x", CultureInfo.InvariantCulture);
        return Framing switch
        {
            Framing.Chunked => [.. Bytes(head.ToString()), .. Bytes($"{size}\r\n"), .. Body, .. "\r\n0\r\n\r\n"u8],
            Framing.OverflowingChunk => [.. Bytes(head.ToString()), .. Bytes("FFFFFFFFFFFFFFFFF\r\n"), .. Body],
            Framing.BadChunk => [.. Bytes(head.ToString()), .. Bytes($"{size};x=\"\r\nzz\r\n"), .. Body],
            Framing.UnendingChunks => [.. Bytes(head.ToString()), .. Bytes($"{size}\r\n"), .. Body, .. "\r\n"u8],
            _ => [.. Bytes(head.ToString()), .. Body],
        };
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}

/// <summary>How a body is announced.</summary>
internal enum Framing
{
    Length,
    None,
    TooLong,
    TooShort,
    Negative,
    Huge,
    Chunked,
    OverflowingChunk,
    BadChunk,
    UnendingChunks,
}
