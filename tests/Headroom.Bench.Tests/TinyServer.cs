using System.Net;
using System.Net.Sockets;

namespace Headroom.Bench.Tests;

/// <summary>A server that treats every connection as it is told.</summary>
internal sealed class TinyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    /// <param name="serve">Given a connection, until it returns; then the connection is closed.</param>
    public TinyServer(Func<Socket, CancellationToken, Task> serve)
    {
        _listener.Start();
        _ = AcceptAsync(serve);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public Uri Address => new($"http://{EndPoint}");

    /// <summary>Reads until the head is there.</summary>
    public static async Task ReadHeadAsync(Socket connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        for (var length = 0; buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0;)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return;
            length += read;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<Socket, CancellationToken, Task> serve)
    {
        var stopping = _stop.Token;
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(stopping), serve, stopping);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(Socket connection, Func<Socket, CancellationToken, Task> serve, CancellationToken stopping)
    {
        using (connection)
        {
            try
            {
                await serve(connection, stopping);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException)
            {
                // The other side left, or the test is over.
            }
        }
    }
}
