using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class SlowClientTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private Server Server => fixture.Server;

    [Fact]
    public async Task Who_leaves_while_waiting_for_a_lease_leaves_the_line()
    {
        // Of unknown length: each leases ten megabytes, and there are sixteen.
        using var holder = await Connection.ClockAsync(Server, length: null);
        await Eventually.TrueAsync(async () => await Server.LeasedAsync("faces") >= 10);
        using var waiter = await Connection.ClockAsync(Server, length: null, new byte[100]);
        await Eventually.TrueAsync(async () => await Server.WaitingAsync("faces") == 1);

        waiter.Reset();

        await Eventually.TrueAsync(async () => await Server.WaitingAsync("faces") == 0);
        Assert.True(await Server.LeasedAsync("faces") >= 10);
        holder.Reset();
        await Server.EverythingIsBackAsync();
    }

    /// <summary>Takes the ten seconds that a sender is given.</summary>
    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_sender_that_stalls_is_told_so_and_gives_its_lease_back()
    {
        using var sender = await Connection.ClockAsync(Server, 1_000_000, new byte[1000]);

        var answer = await sender.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:headroom:body-timeout", answer);
        Assert.Contains("stalled", answer);
        await Server.EverythingIsBackAsync();
    }
}
