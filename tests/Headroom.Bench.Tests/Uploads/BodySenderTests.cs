using System.Text;
using Headroom.Bench.Load;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Tests.Uploads;

public sealed class BodySenderTests
{
    private const int Length = 4 * 1024 * 1024;

    private readonly FileContent _content = new(FileContent.Noise(), 1, Length);

    [Fact]
    public async Task An_answer_that_comes_before_the_body_was_sent_counts_and_the_next_request_has_a_new_connection()
    {
        var connections = 0;
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            var answer = Interlocked.Increment(ref connections) == 1 ? "503 Service Unavailable\r\nRetry-After: 3" : "204 No Content";
            await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n"), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var sender = new BodySender(server.Address, "key");

        var busy = await PutAsync(sender, Length);
        var taken = await PutAsync(sender, 10);

        Assert.Equal((503, 3), (busy.Status, busy.RetryAfter));
        Assert.Equal((204, 2), (taken.Status, connections));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("Connection: close\r\n", 2)]
    public async Task A_connection_is_used_again_unless_the_server_says_that_it_closes(string header, int expected)
    {
        var connections = 0;
        using var server = new TinyServer(async (connection, stop) =>
        {
            Interlocked.Increment(ref connections);
            for (var i = 0; i < 2; i++)
            {
                await TinyServer.ReadHeadAsync(connection, stop);
                await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 204 No Content\r\n{header}\r\n"), stop);
            }
        });
        using var sender = new BodySender(server.Address, key: null);

        for (var i = 0; i < 2; i++)
            Assert.Equal(204, (await PutAsync(sender, 0)).Status);

        Assert.Equal(expected, connections);
    }

    [Fact]
    public async Task What_stands_around_a_stretch_is_counted_and_sent()
    {
        var received = new MemoryStream();
        using var server = new TinyServer(async (connection, stop) =>
        {
            var buffer = new byte[4096];
            while (!Encoding.ASCII.GetString(received.ToArray()).Contains("--end", StringComparison.Ordinal))
                received.Write(buffer, 0, await connection.ReceiveAsync(buffer, stop));
            await connection.SendAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), stop);
        });
        using var sender = new BodySender(server.Address, key: null);

        await sender.SendAsync(HttpMethod.Put, "/part", _content, 0, 100, [], CancellationToken.None, ("begin--"u8.ToArray(), "--end"u8.ToArray()));

        var text = Encoding.Latin1.GetString(received.ToArray());
        Assert.Contains("Content-Length: 112\r\n", text);
        Assert.Equal(112, text.Length - text.IndexOf("begin--", StringComparison.Ordinal));
    }

    private Task<HttpAnswer> PutAsync(BodySender sender, long length) =>
        sender.SendAsync(HttpMethod.Put, "/part", _content, 0, length, [], CancellationToken.None);
}
