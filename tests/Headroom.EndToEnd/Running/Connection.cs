using System.Net.Sockets;
using System.Text;

namespace Headroom.EndToEnd.Running;

/// <summary>A request sent by hand, as slowly and as incompletely as a test wants it.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Sends the head of a photo to clock in with, and what is given of its body.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="length">The body's length; null for an unknown one, which leases the route's maximum.</param>
    /// <param name="body">What is sent of it at once.</param>
    public static async Task<Connection> ClockAsync(Server server, int? length, ReadOnlyMemory<byte> body = default)
    {
        var connection = await OpenAsync(
            server, "POST /api/clock", "Content-Type: image/jpeg", length is { } known ? $"Content-Length: {known}" : "Transfer-Encoding: chunked");
        await connection.SendAsync(body);
        return connection;
    }

    /// <summary>Sends the head of a request.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="line">Method and path.</param>
    /// <param name="headers">More headers.</param>
    public static async Task<Connection> OpenAsync(Server server, string line, params string[] headers)
    {
        var connection = new Connection();
        await connection._socket.ConnectAsync(server.Address.Host, server.Address.Port);
        await connection.SendAsync(Encoding.ASCII.GetBytes(
            $"{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {Server.AdminKey}\r\n"
            + $"{string.Concat(headers.Select(h => h + "\r\n"))}\r\n"));
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Leaves as a program that crashes does: with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Reads until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), deadline.Token) is var read and > 0)
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It had bytes of ours that it did not want.
        }
        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
