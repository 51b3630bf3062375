using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class RequireMemoryTests
{
    private static readonly string[] JsonType = ["Content-Type: application/json"];

    private static readonly MemoryRequirement Small = Work.Requirement with { MaxBody = ByteSize.FromKilobytes(4), ReadTimeout = TimeSpan.FromSeconds(0.5) };

    [Fact]
    public async Task Parameters_are_bound_from_the_body_only_after_the_lease()
    {
        var bodies = new BodyCounter();
        await using var service = await StartAsync(bodies);
        var full = service.FillPool();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/orders", 18, """{"name":"a photo"}"""u8.ToArray(), JsonType);
        await Eventually.TrueAsync(() => service.Waiting == 1);
        Assert.Equal(0, bodies.Bytes);

        full.Dispose();

        Assert.Equal("a photo", (await client.ReadAsync()).Body);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task Binding_a_body_that_is_too_large_answers_with_a_problem()
    {
        await using var service = await StartAsync();
        using var client = await service.ConnectAsync();

        await client.PostChunkedAsync("/orders", JsonType);
        await client.SendChunkAsync([.. "{\"name\":\""u8, .. Enumerable.Repeat((byte)'x', 5000)]);

        (await client.ReadAsync()).IsProblem(413, "body-too-large");
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task Binding_a_body_that_stalls_answers_with_a_problem()
    {
        await using var service = await StartAsync();
        using var client = await service.ConnectAsync();

        await client.PostAsync("/orders", 18, """{"name":"""u8.ToArray(), JsonType);

        (await client.ReadAsync()).IsProblem(408, "body-timeout");
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_group_s_requirement_holds_for_each_of_its_routes()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            var group = app.MapGroup("/group").RequireMemory(TestService.PoolName, new ByteSize(100));
            group.MapGet("/one", (HttpContext context) => context.GetMemoryLease().Bytes);
            group.MapGet("/two", (HttpContext context) => context.GetMemoryLease().Bytes);
        });
        using var client = await service.ConnectAsync();

        Assert.Equal("100", (await client.GetAsync("/group/one")).Body);
        Assert.Equal("100", (await client.GetAsync("/group/two")).Body);
    }

    [Fact]
    public async Task A_route_without_a_requirement_holds_nothing()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/free", (HttpContext context) => context.GetMemoryLease().Bytes));
        using var client = await service.ConnectAsync();

        Assert.Equal("0", (await client.GetAsync("/free")).Body);
    }

    [Fact]
    public async Task Requiring_memory_twice_is_refused_at_start()
    {
        await using var app = TestService.Build(app => app.MapGroup("/group").RequireMemory(Small).MapGet("/one", () => "").RequireMemory(Small));

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());

        Assert.Contains("requires memory twice", refusal.Message);
    }

    [Fact]
    public void A_requirement_of_nothing_is_refused()
    {
        using var app = TestService.Build(_ => { });

        Assert.Throws<ArgumentOutOfRangeException>(() => app.MapGet("/", () => "").RequireMemory(TestService.PoolName, ByteSize.Zero));
    }

    private static Task<TestService> StartAsync(BodyCounter? bodies = null) =>
        TestService.StartAsync(app => app.MapPost("/orders", (Order order) => order.Name).RequireMemory(Small), bodies: bodies);

    private sealed record Order(string Name);
}
