using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Headroom.AspNetCore.Tests;

/// <summary>HTTP/1.1 by hand: sends exactly what a test says, when it says so.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly List<byte> _received = [];

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(IPEndPoint server)
    {
        // A small send buffer: what the server does not take in stays here, where it can be seen.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = 16 * 1024 };
        await socket.ConnectAsync(server);
        return new RawConnection(socket);
    }

    /// <summary>Sends a request's head, and its body if one is given.</summary>
    public async Task PostAsync(string path, long contentLength, ReadOnlyMemory<byte> body = default, params string[] headers)
    {
        await SendAsync($"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {contentLength}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");
        await SendAsync(body);
    }

    public Task PostChunkedAsync(string path, params string[] headers) =>
        SendAsync($"POST {path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

    public Task SendChunkAsync(byte[] chunk) =>
        SendAsync(
            new ReadOnlyMemory<byte>([.. Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. chunk, .. "\r\n"u8]));

    public async Task<RawResponse> GetAsync(string path)
    {
        await SendAsync($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n");
        return await ReadAsync();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, deadline.Token)..];
    }

    /// <summary>Sends as much as the server takes without anybody reading it.</summary>
    /// <returns>How much that was.</returns>
    public async Task<int> SendUntilFullAsync(byte[] bytes)
    {
        _socket.Blocking = false;
        var sent = 0;
        var idle = 0;
        while (sent < bytes.Length && idle < 20)
        {
            var count = _socket.Send(bytes.AsSpan(sent), SocketFlags.None, out var problem);
            idle = problem == SocketError.WouldBlock ? idle + 1 : 0;
            sent += Math.Max(0, count);
            if (problem == SocketError.WouldBlock)
                await Task.Delay(10);
        }
        return sent;
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves as a program that crashes does: with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Whether anything has been received that no test has read.</summary>
    public bool HasReceived => _received.Count > 0 || _socket.Available > 0;

    /// <summary>Reads one response.</summary>
    public async Task<RawResponse> ReadAsync()
    {
        var end = await ReadUntilAsync("\r\n\r\n"u8.ToArray());
        var head = Encoding.ASCII.GetString([.. _received.Take(end)]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        _received.RemoveRange(0, end);
        var status = int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        var body = status < 200
            ? []
            : headers.ContainsKey("Transfer-Encoding")
                ? await ReadChunksAsync()
                : await TakeAsync(int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        return new RawResponse(status, headers, Encoding.UTF8.GetString(body));
    }

    /// <summary>Waits until the server closes the connection.</summary>
    public async Task ClosedByServerAsync()
    {
        try
        {
            while (await ReceiveAsync())
            {
            }
        }
        catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It had bytes that it did not want.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            var line = await TakeAsync(await ReadUntilAsync("\r\n"u8.ToArray()));
            var length = int.Parse(Encoding.ASCII.GetString(line).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange((await TakeAsync(length + 2))[..length]);
            if (length == 0)
                return [.. body];
        }
    }

    private async Task<int> ReadUntilAsync(byte[] mark)
    {
        while (true)
        {
            var at = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received).IndexOf(mark);
            if (at >= 0)
                return at + mark.Length;
            if (!await ReceiveAsync())
                throw new EndOfStreamException($"The server closed the connection after «{Encoding.ASCII.GetString([.. _received])}».");
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_received.Count < count)
        {
            if (!await ReceiveAsync())
                throw new EndOfStreamException("The server closed the connection in the middle of its answer.");
        }
        var taken = _received.GetRange(0, count);
        _received.RemoveRange(0, count);
        return [.. taken];
    }

    private async Task<bool> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        var count = await _socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
        _received.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}

/// <summary>An answer as it came.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Checks that this is a problem of the given type that says what to do, and nothing it must not say.</summary>
    public void IsProblem(int status, string type)
    {
        Assert.Equal(status, Status);
        Assert.Equal("application/problem+json", Headers["Content-Type"]);
        var problem = Json;
        Assert.Equal("urn:headroom:" + type, problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("title").GetString()));
        Assert.EndsWith(".", problem.GetProperty("detail").GetString()!);
        Assert.DoesNotContain("   at ", Body);
        Assert.DoesNotContain("Exception", Body);
    }
}
