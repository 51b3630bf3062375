using System.Net.Sockets;
using System.Text;

namespace Headroom.Uploads.Tests.Serving;

/// <summary>A request sent by hand, as slowly and as incompletely as a test wants it.</summary>
internal sealed class SlowRequest : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Sends a request's head.</summary>
    /// <param name="service">Where to.</param>
    /// <param name="line">Method and path.</param>
    /// <param name="length">What it says its body has.</param>
    /// <param name="headers">More headers.</param>
    public static async Task<SlowRequest> OpenAsync(UploadService service, string line, long length, params string[] headers)
    {
        var request = new SlowRequest();
        await request._socket.ConnectAsync(service.Address.Host, service.Address.Port);
        await request.SendAsync(Encoding.ASCII.GetBytes(
            $"{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer a:uploads\r\nContent-Length: {length}\r\n"
            + $"{string.Concat(headers.Select(h => h + "\r\n"))}\r\n"));
        return request;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Ends in the middle, after everything sent has arrived, and reads what is answered.</summary>
    public async Task<string> EndEarlyAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        return await ReadToEndAsync();
    }

    /// <summary>
    /// Reads until the server closes the connection, or has said what is expected: it takes its time to close one whose
    /// body it did not get.
    /// </summary>
    public async Task<string> ReadToEndAsync(string? expected = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while ((expected is null || !text.ToString().Contains(expected, StringComparison.Ordinal))
                && await _socket.ReceiveAsync(buffer.AsMemory(), deadline.Token) is var read and > 0)
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
