using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class SlowClientTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private Server Server => fixture.Server;

    [Fact]
    public async Task Who_leaves_while_waiting_for_a_lease_leaves_the_line()
    {
        // Of unknown length: each leases ten megabytes. What they have sent keeps them from being in the way for ten seconds.
        byte[] beginning = [.. "989680\r\n"u8, .. new byte[200_000]];
        var holders = new List<Connection>();
        try
        {
            while (await Server.WaitingAsync("faces") == 0)
            {
                holders.Add(await Connection.ClockAsync(Server, length: null, beginning));
                await Eventually.TrueAsync(async () => await Server.LeasedAsync("faces") >= 10 * holders.Count || await Server.WaitingAsync("faces") == 1);
            }

            holders[^1].Reset();

            await Eventually.TrueAsync(async () => await Server.WaitingAsync("faces") == 0);
            Assert.True(await Server.LeasedAsync("faces") >= 10 * (holders.Count - 1));
        }
        finally
        {
            holders.ForEach(holder => holder.Dispose());
        }
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
