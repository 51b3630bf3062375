using System.Net.Sockets;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Tests.Watching;

public sealed class HealthProbesTests
{
    [Fact]
    public async Task A_healthy_server_fails_no_probe()
    {
        var answered = 0;
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), stop);
            Interlocked.Increment(ref answered);
        });
        using var probes = new HealthProbes(server.Address);
        while (Volatile.Read(ref answered) < 3)
            await Task.Delay(20);
        var report = probes.Stop();
        Assert.Empty(report.Failures);
        Assert.True(report.Probes >= 2 && report.Max > 0, $"{report}");
    }

    [Fact]
    public async Task After_the_end_nothing_is_asked()
    {
        var asked = 0;
        using var server = new TinyServer(async (connection, stop) =>
        {
            Interlocked.Increment(ref asked);
            await TinyServer.ReadHeadAsync(connection, stop);
        });
        using var probes = new HealthProbes(server.Address, TimeSpan.FromMilliseconds(250));
        while (Volatile.Read(ref asked) < 3)
            await Task.Delay(20);
        await Task.Delay(300);
        Assert.Equal(3, probes.Stop().Probes);
    }

    [Fact]
    public async Task Refusals_and_broken_connections_fail()
    {
        var asked = 0;
        using var server = new TinyServer(async (connection, stop) =>
        {
            await TinyServer.ReadHeadAsync(connection, stop);
            if (Interlocked.Increment(ref asked) % 2 == 0)
                await connection.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
        });
        using var probes = new HealthProbes(server.Address);
        while (Volatile.Read(ref asked) < 4)
            await Task.Delay(20);
        var report = probes.Stop();
        Assert.Equal(report.Probes, report.Failed);
        Assert.Contains("503", report.Failures.Keys);
        Assert.Contains(report.Failures.Keys, kind => kind is "closed without an answer" or nameof(SocketError.ConnectionReset));
    }
}
