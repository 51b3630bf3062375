using System.Buffers.Text;
using System.Text;

namespace Headroom.Bench.Load;

/// <summary>A response as RFC 9112 puts it on the wire; final ones only, «100 Continue» is passed over.</summary>
/// <param name="RetryAfter">In seconds; null where the header is missing or no number.</param>
internal sealed record HttpAnswer(int Status, int? RetryAfter, byte[] Body)
{
    /// <summary>Whether the server takes no further request on this connection.</summary>
    public bool Closes { get; init; }

    /// <summary>The status; a 503 that does not say when to come back is told apart.</summary>
    public string Outcome => Status == 503 && RetryAfter is null ? "503 without Retry-After" : $"{Status}";

    /// <summary>Reads a response from what has come in so far.</summary>
    /// <returns>Null while some of it is missing.</returns>
    /// <exception cref="FormatException">It is no HTTP response.</exception>
    public static HttpAnswer? TryParse(ReadOnlySpan<byte> received)
    {
        while (true)
        {
            var end = received.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return null;
            var head = Encoding.Latin1.GetString(received[..end]).Split("\r\n");
            var status = StatusOf(head[0]);
            received = received[(end + 4)..];
            if (status >= 200)
                return BodyOf(head, received) is { } body
                    ? new HttpAnswer(status, Number(head, "Retry-After"), body) { Closes = Value(head, "Connection") == "close" }
                    : null;
        }
    }

    private static int StatusOf(string line) =>
        line.StartsWith("HTTP/1.", StringComparison.Ordinal)
            && line.Split(' ') is [_, var code, ..]
            && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : throw new FormatException($"«{line}» is no status line.");

    private static byte[]? BodyOf(string[] head, ReadOnlySpan<byte> rest)
    {
        if (Value(head, "Transfer-Encoding") == "chunked")
            return Chunks(rest);
        var length = Number(head, "Content-Length") ?? 0;
        return rest.Length < length ? null : rest[..length].ToArray();
    }

    private static byte[]? Chunks(ReadOnlySpan<byte> rest)
    {
        var body = new List<byte>();
        while (true)
        {
            var line = rest.IndexOf("\r\n"u8);
            if (line < 0)
                return null;
            if (!Utf8Parser.TryParse(rest[..line], out int length, out var read, 'x') || read == 0 || length < 0)
                throw new FormatException("A chunk's length is no number.");
            rest = rest[(line + 2)..];
            if (rest.Length < length + 2)
                return null;
            if (length == 0)
                return [.. body];
            body.AddRange(rest[..length]);
            rest = rest[(length + 2)..];
        }
    }

    private static int? Number(string[] head, string name) =>
        int.TryParse(Value(head, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Value(string[] head, string name) =>
        head.Skip(1).FirstOrDefault(
            line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && line.Length > name.Length
                && line[name.Length] == ':')?[(name.Length + 1)..].Trim();
}
