using Headroom.Budget;

namespace Headroom.AspNetCore.Tests.Admission;

/// <summary>The window that a body came in through stays open: the next one would wait with all that it lets through.</summary>
public sealed class ConnectionReuseTests
{
    private const int Large = 100_000;

    [Fact]
    public async Task While_others_wait_a_connection_that_brought_a_large_body_takes_no_more()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        using var served = await service.ConnectAsync();
        using var waiting = await service.ConnectAsync();
        await served.PostAsync("/work", Large);
        await Eventually.TrueAsync(() => work.Entered == 1);
        var full = FillRest(service);
        await waiting.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);
        // What the first one gives back must not be enough for the second.
        await served.SendAsync(new byte[Large]);

        var answer = await served.ReadAsync();

        Assert.Equal((200, $"{Large}", "close"), (answer.Status, answer.Body, answer.Headers["Connection"]));
        full.Dispose();
        Assert.Equal("5", (await waiting.ReadAsync()).Body);
    }

    [Theory]
    [InlineData(Large, false)]
    [InlineData(5, true)]
    public async Task When_nobody_waits_or_the_body_was_small_the_connection_is_kept(int length, bool othersWait)
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        using var served = await service.ConnectAsync();
        using var waiting = await service.ConnectAsync();
        await served.PostAsync("/work", length);
        await Eventually.TrueAsync(() => work.Entered == 1);
        using var full = FillRest(service);
        if (othersWait)
        {
            await waiting.PostAsync("/work", Large);
            await Eventually.TrueAsync(() => service.Waiting == 1);
        }
        await served.SendAsync(new byte[length]);

        Assert.DoesNotContain("Connection", (await served.ReadAsync()).Headers.Keys);
        Assert.Equal(200, (await served.GetAsync("/health")).Status);
    }

    /// <summary>Takes what the request at work has left.</summary>
    private static MemoryLease FillRest(TestService service)
    {
        Assert.True(service.Pool.TryAcquire(TestService.PoolCap.Bytes - service.Leased, out var lease));
        return lease;
    }
}
