using Headroom.AspNetCore.Admission;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class BodyDeadlineTests
{
    [Fact]
    public async Task A_sender_that_stalls_is_answered_and_its_lease_is_back_while_it_still_hangs_on()
    {
        await using var service = await new Work().StartAsync(Work.Requirement with { ReadTimeout = TimeSpan.FromSeconds(0.2) });
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 1000, "only this"u8.ToArray());
        var answer = await client.ReadAsync();

        answer.IsProblem(408, "body-timeout");
        Assert.Contains("stalled", answer.Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_sender_that_stalls_loses_its_connection()
    {
        await using var service = await new Work().StartAsync(Work.Requirement with { ReadTimeout = TimeSpan.FromSeconds(0.2) });
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 1000, "only this"u8.ToArray());
        await client.ReadAsync();

        await client.ClosedByServerAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task A_sender_that_never_stalls_but_never_ends_is_answered_at_the_deadline_of_the_whole_body()
    {
        await using var service = await new Work().StartAsync(
            Work.Requirement with { ReadTimeout = TimeSpan.FromMinutes(10), BodyTimeout = TimeSpan.FromSeconds(0.5) });
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 1_000_000);
        for (var i = 0; i < 1000 && !client.HasReceived; i++)
        {
            await client.SendAsync("x");
            await Task.Delay(20);
        }
        Assert.True(client.HasReceived);
        var answer = await client.ReadAsync();

        answer.IsProblem(408, "body-timeout");
        Assert.Contains("did not arrive", answer.Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task The_deadline_of_a_read_starts_anew_with_each()
    {
        await using var service = await new Work().StartAsync(Work.Requirement with { ReadTimeout = TimeSpan.FromSeconds(2) });
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 30);
        for (var i = 0; i < 30; i++)
        {
            await client.SendAsync("x");
            await Task.Delay(100);
        }

        Assert.Equal("30", (await client.ReadAsync()).Body);
    }

    [Fact]
    public async Task The_time_that_was_waited_for_the_lease_is_not_the_sender_s()
    {
        await using var service = await new Work().StartAsync(
            Work.Requirement with { ReadTimeout = TimeSpan.FromSeconds(2), BodyTimeout = TimeSpan.FromSeconds(2) });
        var full = service.FillPool();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);
        await Task.Delay(TimeSpan.FromSeconds(2.5));

        full.Dispose();

        Assert.Equal("5", (await client.ReadAsync()).Body);
    }

    [Fact]
    public async Task A_slow_sender_is_let_go_as_soon_as_others_wait_for_its_memory()
    {
        await using var service = await new Work().StartAsync(Patient);
        using var slow = await service.ConnectAsync();
        await slow.PostAsync("/work", 2_900_000, "only this"u8.ToArray());
        await Eventually.TrueAsync(() => service.Leased > 0);
        using var next = await service.ConnectAsync();
        await next.PostAsync("/work", 2_000_000, new byte[2_000_000]);

        var answer = await slow.ReadAsync();

        answer.IsProblem(408, "body-timeout");
        Assert.Contains("a second while others waited", answer.Body);
        Assert.Equal("2000000", (await next.ReadAsync()).Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_slow_sender_has_its_time_while_nobody_waits()
    {
        await using var service = await new Work().StartAsync(Patient);
        using var slow = await service.ConnectAsync();
        await slow.PostAsync("/work", 5, "p"u8.ToArray());
        await Eventually.TrueAsync(() => service.Leased > 0);
        await Task.Delay(TimeSpan.FromSeconds(1.5));

        await slow.SendAsync("hoto");

        Assert.Equal("5", (await slow.ReadAsync()).Body);
    }

    private static MemoryRequirement Patient =>
        Work.Requirement with { ReadTimeout = TimeSpan.FromMinutes(10), BodyTimeout = TimeSpan.FromMinutes(10), SlowGrace = TimeSpan.FromSeconds(0.2) };
}
