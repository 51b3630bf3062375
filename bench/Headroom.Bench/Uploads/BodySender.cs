using System.Net;
using System.Net.Sockets;
using System.Text;
using Headroom.Bench.Load;

namespace Headroom.Bench.Uploads;

/// <summary>
/// Sends requests with a body, on one connection for as long as that works. On a bare socket, because an HTTP library
/// reads no answer before its request is sent: one that says «later» would look like a broken connection. One request at a time.
/// </summary>
internal sealed class BodySender(Uri server, string? key) : IDisposable
{
    /// <summary>As the other clients have it: larger ones would push the machine's TCP memory into pressure. In bytes.</summary>
    private const int SendBuffer = 64 * 1024;

    private const int LongestAnswer = 16 * 1024;

    private Socket? _socket;

    /// <summary>Sends a stretch of a file as a request's body.</summary>
    /// <param name="headers">More lines for the head.</param>
    /// <param name="around">What stands before the stretch and after it.</param>
    /// <exception cref="SocketException">The connection was lost.</exception>
    /// <exception cref="FormatException">The answer is none.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, string path, FileContent content, long from, long to, IEnumerable<string> headers, CancellationToken cancellationToken,
        (byte[] Before, byte[] After) around = default)
    {
        var (before, after) = (around.Before ?? [], around.After ?? []);
        var socket = _socket ??= await ConnectAsync(cancellationToken);
        var receiving = ReceiveAsync(socket, cancellationToken);
        var sending = SendAsync(
            socket, [.. Head(method, path, before.Length + to - from + after.Length, headers), .. before], content, from, to, after, receiving,
            cancellationToken);
        try
        {
            var answer = await receiving;
            if (answer.Closes)
                Close();
            return answer;
        }
        catch
        {
            Close();
            throw;
        }
        finally
        {
            // Whoever is answered early is done: the rest of the body has no use, and without it the connection has none.
            if (!sending.IsCompleted)
                Close();
            if (!await sending)
                Close();
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = SendBuffer };
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(server.Host), server.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private byte[] Head(HttpMethod method, string path, long length, IEnumerable<string> headers)
    {
        string[] lines = [
            $"{method} {path} HTTP/1.1", $"Host: {server.Authority}", $"Content-Length: {length}",
            .. key is null ? Array.Empty<string>() : [$"Authorization: Bearer {key}"], .. headers,
        ];
        return Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
    }

    /// <summary>A failure shows in the answer, or does not matter any more.</summary>
    /// <returns>Whether all of it was sent.</returns>
    private static async Task<bool> SendAsync(
        Socket socket, byte[] head, FileContent content, long from, long to, byte[] end, Task answer, CancellationToken cancellationToken)
    {
        try
        {
            await SendAllAsync(socket, head, cancellationToken);
            while (from < to && !answer.IsCompleted)
            {
                var piece = content.At(from, to);
                await SendAllAsync(socket, piece, cancellationToken);
                from += piece.Length;
            }
            if (from == to)
                await SendAllAsync(socket, end, cancellationToken);
            return from == to;
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The receiving side says how it ended.
            return false;
        }
    }

    private static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        while (!rest.IsEmpty)
            rest = rest[await socket.SendAsync(rest, cancellationToken)..];
    }

    private static async Task<HttpAnswer> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var received = new byte[1024];
        for (var length = 0; ;)
        {
            if (length == received.Length)
                Array.Resize(ref received, 2 * length);
            var read = await socket.ReceiveAsync(received.AsMemory(length), cancellationToken);
            length += read;
            if (HttpAnswer.TryParse(received.AsSpan(0, length)) is { } answer)
                return answer;
            if (read == 0)
                throw new FormatException(length == 0 ? "closed without an answer" : "closed within its answer");
            if (length >= LongestAnswer)
                throw new FormatException("an answer without an end");
        }
    }
}
