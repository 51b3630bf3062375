using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class OpenLoopSenderTests
{
    private static readonly byte[] Request = "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    [Fact]
    public void A_connection_that_the_server_closes_after_its_answer_is_not_used_again()
    {
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            await connection.SendAsync(
                "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
        });
        Assert.All(Send(server, requests: 100), result => Assert.Equal("503", result.Outcome));
    }

    [Fact]
    public void An_answer_without_an_end_is_given_up()
    {
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), stop);
            await connection.SendAsync(new byte[1_000_000], stop);
        });
        Assert.Equal("an answer without an end", Assert.Single(Send(server, requests: 1)).Outcome);
    }

    private static IReadOnlyList<OpenLoopResult> Send(TinyServer server, int requests) =>
        new OpenLoopSender(server.Address, [.. Enumerable.Repeat(Request, requests)], perSecond: 2000, answer => answer.Outcome).Run(Task.CompletedTask);
}
