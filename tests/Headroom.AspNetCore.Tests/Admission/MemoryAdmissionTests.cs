using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class MemoryAdmissionTests
{
    private const int TwoMegabytes = 2 * 1024 * 1024;

    [Fact]
    public async Task While_the_pool_is_full_a_request_waits_with_its_body_unread()
    {
        var work = new Work();
        await using var service = await work.StartAsync(count: true);
        var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", TwoMegabytes);
        var body = new byte[TwoMegabytes];
        var sent = await client.SendUntilFullAsync(body);
        await Eventually.TrueAsync(() => service.Waiting == 1);

        Assert.Equal(0, work.Entered);
        Assert.Equal(0, work.HandedOut);
        Assert.InRange(sent, 1, 512 * 1024);
        Assert.False(client.HasReceived);

        full.Dispose();
        await client.SendAsync(body.AsMemory(sent));
        var answer = await client.ReadAsync();
        Assert.Equal((200, $"{TwoMegabytes}"), (answer.Status, answer.Body));
        Assert.Equal(TwoMegabytes, work.HandedOut);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_client_that_asks_before_it_sends_is_told_to_go_on_only_once_the_lease_is_there()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 5, default, "Expect: 100-continue");
        await Eventually.TrueAsync(() => service.Waiting == 1);
        Assert.False(client.HasReceived);

        full.Dispose();
        Assert.Equal(100, (await client.ReadAsync()).Status);
        await client.SendAsync("photo");
        Assert.Equal("5", (await client.ReadAsync()).Body);
    }

    [Fact]
    public async Task The_lease_is_of_the_body_s_declared_length_in_whole_segments()
    {
        var held = 0L;
        await using var service = await TestService.StartAsync(app => app
            .MapPost("/work", (RequestDelegate)(context =>
            {
                held = context.GetMemoryLease().Bytes;
                return Task.CompletedTask;
            }))
            .RequireMemory(TestService.PoolName, new ByteSize(1000), ByteSize.FromMegabytes(1)));
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 70_000, new byte[70_000]);

        Assert.Equal(200, (await client.ReadAsync()).Status);
        Assert.Equal(1000 + (128 * 1024), held);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task Requests_are_let_in_in_the_order_in_which_they_came()
    {
        var order = new List<string>();
        await using var service = await TestService.StartAsync(app => app
            .MapPost("/work/{number}", (RequestDelegate)(context =>
            {
                order.Add((string)context.Request.RouteValues["number"]!);
                return Task.CompletedTask;
            }))
            .RequireMemory(TestService.PoolName, TestService.PoolCap));
        var full = service.FillPool();
        var clients = new List<RawConnection>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await service.ConnectAsync());
            await clients[i].PostAsync($"/work/{i}", 0);
            await Eventually.TrueAsync(() => service.Waiting == i + 1);
        }

        full.Dispose();
        foreach (var client in clients)
        {
            Assert.Equal(200, (await client.ReadAsync()).Status);
            client.Dispose();
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), order);
    }

    [Fact]
    public async Task Who_finds_the_queue_full_is_told_when_to_come_back()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "1" });
        using var full = service.FillPool();
        using var first = await service.ConnectAsync();
        await first.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);

        using var second = await service.ConnectAsync();
        await second.PostAsync("/work", 5, "photo"u8.ToArray());
        var answer = await second.ReadAsync();

        answer.IsProblem(503, "memory-busy");
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(1, service.Waiting);
    }

    [Fact]
    public async Task Who_waited_as_long_as_is_allowed_is_told_when_to_come_back()
    {
        var work = new Work();
        await using var service = await work.StartAsync(settings: new() { ["Headroom:MaxWait"] = "0.2" });
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        var answer = await client.ReadAsync();

        answer.IsProblem(503, "memory-busy");
        Assert.Contains("Retry-After", answer.Headers.Keys);
        Assert.Equal((0, 0), (work.Entered, service.Waiting));
        Assert.Equal(200, (await client.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task A_handler_that_throws_gives_its_lease_back_and_its_secrets_stay_inside()
    {
        await using var service = await TestService.StartAsync(app => app
            .MapPost("/work", (RequestDelegate)(_ => throw new InvalidOperationException("the secret")))
            .RequireMemory(Work.Requirement));
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        var answer = await client.ReadAsync();

        Assert.Equal(500, answer.Status);
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.DoesNotContain("secret", answer.Body);
        Assert.DoesNotContain("   at ", answer.Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task What_a_request_needs_first_is_waited_for_without_a_lease()
    {
        var model = new TaskCompletionSource();
        var work = new Work();
        await using var service = await work.StartAsync(
            Work.Requirement with { BeforeLease = async (_, cancelled) => await model.Task.WaitAsync(cancelled) }, count: true);
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        using var other = await service.ConnectAsync();
        Assert.Equal(200, (await other.GetAsync("/health")).Status);
        Assert.Equal((0L, 0L, 0), (service.Leased, work.HandedOut, work.Entered));

        model.SetResult();

        Assert.Equal("5", (await client.ReadAsync()).Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task Waiting_for_what_is_needed_first_has_an_end_and_the_same_number_of_places()
    {
        var asked = 0;
        var requirement = Work.Requirement with
        {
            BeforeLease = async (_, cancelled) =>
            {
                Interlocked.Increment(ref asked);
                await Task.Delay(Timeout.Infinite, cancelled);
            },
        };
        await using var service = await new Work().StartAsync(requirement, new() { ["Headroom:MaxWaiting"] = "1", ["Headroom:MaxWait"] = "2" });
        using var first = await service.ConnectAsync();
        await first.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => Volatile.Read(ref asked) == 1);
        using var second = await service.ConnectAsync();
        await second.PostAsync("/work", 5, "photo"u8.ToArray());

        var refused = await second.ReadAsync();
        var tired = await first.ReadAsync();

        refused.IsProblem(503, "memory-busy");
        Assert.Contains("1 requests wait already", refused.Body);
        tired.IsProblem(503, "memory-busy");
        Assert.Contains("within 2 s", tired.Body);
        Assert.Contains("Retry-After", tired.Headers.Keys);
    }

    [Fact]
    public async Task The_wait_for_what_is_needed_first_and_the_wait_for_the_lease_have_one_deadline()
    {
        var requirement = Work.Requirement with { MaxWait = TimeSpan.FromSeconds(1), BeforeLease = async (_, cancelled) => await Task.Delay(700, cancelled) };
        await using var service = await new Work().StartAsync(requirement);
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        var answer = await client.ReadAsync();

        answer.IsProblem(503, "memory-busy");
        Assert.Matches(@"within 0\.[123]", answer.Body);
    }

    [Fact]
    public async Task A_route_may_allow_less_waiting_than_the_service()
    {
        await using var service = await new Work().StartAsync(Work.Requirement with { MaxWait = TimeSpan.Zero });
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 5, "photo"u8.ToArray());

        (await client.ReadAsync()).IsProblem(503, "memory-busy");
    }

    [Fact]
    public async Task Who_waits_when_the_service_stops_is_told_so_and_the_stop_waits_for_nobody()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);

        var stopped = service.StopAsync();
        var answer = await client.ReadAsync();
        await stopped;

        answer.IsProblem(503, "stopping");
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal(0, work.Entered);
    }
}
