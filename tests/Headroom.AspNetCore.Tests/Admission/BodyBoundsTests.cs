using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class BodyBoundsTests
{
    private static readonly MemoryRequirement Small = Work.Requirement with { MaxBody = ByteSize.FromKilobytes(64) };

    [Fact]
    public async Task A_body_declared_too_large_is_refused_unread_and_the_connection_goes_on()
    {
        var work = new Work();
        await using var service = await work.StartAsync(Small, count: true);
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 100_000, new byte[100_000]);
        var answer = await client.ReadAsync();

        answer.IsProblem(413, "body-too-large");
        Assert.Contains("97.7 KB", answer.Body);
        Assert.Contains("64.0 KB", answer.Body);
        Assert.Equal((0, 0L), (work.Entered, work.HandedOut));
        Assert.Equal(200, (await client.GetAsync("/health")).Status);
        Assert.Equal(0, service.Pool.GetStatus().Granted);
    }

    [Fact]
    public async Task A_client_that_asks_before_it_sends_need_not_send_what_is_too_large()
    {
        await using var service = await new Work().StartAsync(Small);
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 1L << 40, default, "Expect: 100-continue");

        (await client.ReadAsync()).IsProblem(413, "body-too-large");
    }

    [Fact]
    public async Task A_body_of_exactly_the_maximum_is_taken()
    {
        await using var service = await new Work().StartAsync(Small);
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 65_536, new byte[65_536]);

        Assert.Equal("65536", (await client.ReadAsync()).Body);
    }

    [Fact]
    public async Task A_body_larger_than_the_server_s_own_bound_is_taken_where_the_route_allows_it()
    {
        var large = Work.Requirement with { MaxBody = ByteSize.FromMegabytes(40), Pool = "large" };
        await using var service = await TestService.StartAsync(
            app => app.MapPost("/work", (RequestDelegate)(async context => await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted)))
                .RequireMemory(large),
            pools: headroom => headroom.AddPool("large", ByteSize.FromMegabytes(40)));
        using var client = await service.ConnectAsync();

        await client.PostAsync("/work", 31_000_000, new byte[31_000_000]);

        Assert.Equal(200, (await client.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_route_that_requires_no_memory_keeps_the_server_s_own_bound()
    {
        await using var service = await TestService.StartAsync(
            app => app.MapPost("/free", (RequestDelegate)(context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted))));
        using var client = await service.ConnectAsync();

        await client.PostAsync("/free", 31_000_000, "the first bytes"u8.ToArray());
        await client.ReadAsync();

        Assert.Contains("Request body too large", service.Errors);
    }

    [Fact]
    public async Task A_body_of_unknown_length_leases_the_route_s_maximum()
    {
        await using var service = await new Work().StartAsync();
        using var client = await service.ConnectAsync();

        await client.PostChunkedAsync("/work");
        await Eventually.TrueAsync(() => service.Leased == Work.Requirement.MaxBody.Bytes);
        await client.SendChunkAsync(new byte[10]);
        await client.SendChunkAsync([]);

        Assert.Equal("10", (await client.ReadAsync()).Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_at_the_route_s_maximum()
    {
        var work = new Work();
        await using var service = await work.StartAsync(Small, count: true);
        using var client = await service.ConnectAsync();

        await client.PostChunkedAsync("/work");
        for (var i = 0; i < 10; i++)
            await client.SendChunkAsync(new byte[16 * 1024]);
        var answer = await client.ReadAsync();

        answer.IsProblem(413, "body-too-large");
        Assert.InRange(work.HandedOut, 64 * 1024, (64 * 1024) + ReceiveBlocks.LargeBytes);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_request_without_a_body_leases_none()
    {
        var held = -1L;
        await using var service = await TestService.StartAsync(app => app
            .MapGet("/work", (RequestDelegate)(context =>
            {
                held = context.GetMemoryLease().Bytes;
                return Task.CompletedTask;
            }))
            .RequireMemory(TestService.PoolName, new ByteSize(500), ByteSize.FromMegabytes(1)));
        using var client = await service.ConnectAsync();

        await client.GetAsync("/work");

        Assert.Equal(500, held);
    }
}
