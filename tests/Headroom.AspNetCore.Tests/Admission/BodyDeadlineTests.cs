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
        await using var service = await new Work().StartAsync(Work.Requirement with { ReadTimeout = TimeSpan.FromMinutes(10), BodyTimeout = TimeSpan.FromSeconds(0.5) });
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
        await using var service = await new Work().StartAsync(Work.Requirement with { ReadTimeout = TimeSpan.FromSeconds(2), BodyTimeout = TimeSpan.FromSeconds(2) });
        var full = service.FillPool();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);
        await Task.Delay(TimeSpan.FromSeconds(2.5));

        full.Dispose();

        Assert.Equal("5", (await client.ReadAsync()).Body);
    }
}
