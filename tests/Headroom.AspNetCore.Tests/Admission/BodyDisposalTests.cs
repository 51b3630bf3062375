using System.Net;
using System.Net.Sockets;
using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class BodyDisposalTests
{
    private const int Large = 3_000_000;

    [Fact]
    public async Task Who_sends_everything_before_reading_sees_the_refusal_and_not_a_broken_connection()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "0" }, add: Unhurried);
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", Large, new byte[Large]);
        var answer = await client.ReadAsync();

        answer.IsProblem(503, "memory-busy");
        Assert.Equal("close", answer.Headers["Connection"]);
        Assert.Contains("Retry-After", answer.Headers.Keys);
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task A_body_that_is_declared_too_large_is_thrown_away_after_its_answer()
    {
        await using var service = await new Work().StartAsync(add: Unhurried);
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 20_000_000, new byte[20_000_000]);

        (await client.ReadAsync()).IsProblem(413, "body-too-large");
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task The_rest_of_a_body_that_turns_out_too_large_is_thrown_away_with_its_lease_back()
    {
        await using var service = await new Work().StartAsync(add: Unhurried);
        using var client = await service.ConnectAsync();
        await client.PostChunkedAsync("/work");

        await client.SendAsync($"{20_000_000:x}\r\n");
        await client.SendAsync(new byte[20_000_000]);
        var answer = await client.ReadAsync();

        answer.IsProblem(413, "body-too-large");
        Assert.Equal("close", answer.Headers["Connection"]);
        await service.EverythingIsBackAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task Who_never_sends_the_rest_loses_the_connection_in_the_end()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "0" });
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", Large, new byte[1000]);
        (await client.ReadAsync()).IsProblem(503, "memory-busy");

        await client.ClosedByServerAsync();
    }

    [Fact]
    public async Task A_small_body_does_not_cost_its_client_the_connection()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "0" });
        using var full = service.FillPool();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 5000, new byte[5000]);

        (await client.ReadAsync()).IsProblem(503, "memory-busy");
        Assert.Equal(200, (await client.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Many_at_once_are_all_answered()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "0" }, add: Unhurried);
        using var full = service.FillPool();
        var body = new byte[Large];

        // More than are taken at full speed; of many more, who sends everything first may be cut off.
        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(async _ =>
        {
            using var client = await service.ConnectAsync();
            await client.PostAsync("/work", Large, body);
            return await client.ReadAsync();
        }));

        Assert.All(answers, answer => answer.IsProblem(503, "memory-busy"));
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task A_crowd_that_is_turned_away_is_answered_before_its_bodies_have_gone()
    {
        await using var service = await new Work().StartAsync(settings: new() { ["Headroom:MaxWaiting"] = "0" });
        using var full = service.FillPool();
        var body = new byte[Large];
        var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => service.ConnectAsync()));

        await Task.WhenAll(clients.Select(async client =>
        {
            var sending = client.PostAsync("/work", Large, body);
            (await client.ReadAsync()).IsProblem(503, "memory-busy");
            client.Dispose();
            await Record.ExceptionAsync(() => sending);
        }));

        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task Of_a_large_crowd_those_above_the_most_that_wait_go_after_a_second_and_the_others_after_five()
    {
        var time = new FakeTimeProvider();
        using var disposal = new BodyDisposal(time);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        List<Socket> clients = [];
        List<Socket> accepted = [];
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                await client.ConnectAsync(listener.LocalEndPoint!);
                accepted.Add(await listener.AcceptAsync());
            }
            var bodies = accepted.ConvertAll(socket =>
            {
                var context = new DefaultHttpContext();
                context.Features.Set<IConnectionSocketFeature>(new ConnectionSocket(socket));
                return disposal.DisposeBodyAsync(context);
            });
            // All of them are known before time goes on, whatever the timer has done by then.
            Assert.All(bodies, body => Assert.False(body.IsCompleted));

            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => bodies.Count(b => !b.IsCompleted) == 128);
            time.Advance(TimeSpan.FromSeconds(4));
            await Task.WhenAll(bodies).WaitAsync(TimeSpan.FromMinutes(1));
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
            accepted.ForEach(c => c.Dispose());
        }
    }

    private static void Unhurried(IServiceCollection services) => services.AddSingleton<TimeProvider>(new StandingClock());

    /// <summary>Timers run, but no time passes: on a busy machine a client may be silent for longer than a service would wait for it.</summary>
    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private sealed record ConnectionSocket(Socket Socket) : IConnectionSocketFeature;
}
