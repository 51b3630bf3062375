using System.Net;
using System.Net.Sockets;
using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class VisitorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ReadOnlyMemory<byte> Busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 4\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly VisitScripts _scripts = new(new MixPlan(new Uri("http://127.0.0.1:1/api/clock"), null, "photo.jpg", "E-1"), new byte[4 * 1024 * 1024]);

    [Fact]
    public async Task An_answer_that_comes_before_the_body_was_sent_counts()
    {
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            await connection.SendAsync(Busy, stop);
            // The body is never read, and the connection broken off.
            await Task.Delay(200, stop);
            connection.LingerState = new LingerOption(enable: true, seconds: 0);
        });
        var (answer, retryAfter) = await VisitAsync(server.EndPoint, VisitKind.Good);
        Assert.Equal(("503", true, 4), (answer.Outcome, answer.IsProper, retryAfter));
    }

    [Fact]
    public async Task A_connection_that_is_closed_without_an_answer_is_a_failure()
    {
        using var server = new TinyServer(TinyServer.ReadHeadAsync);
        var (answer, _) = await VisitAsync(server.EndPoint, VisitKind.Stall);
        Assert.False(answer.IsProper);
        Assert.Contains(answer.Outcome, (string[])["closed without an answer", nameof(SocketError.ConnectionReset)]);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_a_failure()
    {
        var server = new TinyServer((_, _) => Task.CompletedTask);
        var endPoint = server.EndPoint;
        server.Dispose();
        Assert.Equal(nameof(SocketError.ConnectionRefused), (await VisitAsync(endPoint, VisitKind.Good)).Answer.Outcome);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var server = new TinyServer((_, stop) => Task.Delay(Timeout.Infinite, stop));
        var (answer, _) = await VisitAsync(server.EndPoint, VisitKind.Good, TimeSpan.FromMilliseconds(300));
        Assert.Equal(("no answer in 0.3 s", false), (answer.Outcome, answer.IsProper));
    }

    [Fact]
    public async Task One_that_trickles_stops_when_it_is_answered()
    {
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            await connection.SendAsync(Busy, stop);
            await TinyServer.ReadHeadAsync(connection, stop);
        });
        // Sent to its end the script would take more than an hour.
        Assert.Equal("503", (await VisitAsync(server.EndPoint, VisitKind.Trickle)).Answer.Outcome);
    }

    [Fact]
    public async Task One_that_leaves_waits_for_nothing()
    {
        using var server = new TinyServer((_, stop) => Task.Delay(Timeout.Infinite, stop));
        var (answer, _) = await VisitAsync(server.EndPoint, VisitKind.Leave);
        Assert.Equal(("left", true), (answer.Outcome, answer.IsProper));
    }

    private async Task<(Answer Answer, int? RetryAfter)> VisitAsync(IPEndPoint server, VisitKind kind, TimeSpan? timeout = null)
    {
        var answers = new List<Answer>();
        var retryAfter = await new Visitor(server, "E-1", timeout ?? Patience).VisitAsync(_scripts[kind], answers.Add, CancellationToken.None);
        return (Assert.Single(answers), retryAfter);
    }
}
