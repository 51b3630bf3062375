using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Hosting;
using Headroom.Planning;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.AspNetCore.Tests.Hosting;

public sealed class MemoryPlannerTests
{
    [Fact]
    public void The_largest_route_of_each_pool_is_one_operation_of_the_plan()
    {
        var plan = Plan(app =>
        {
            app.MapPost("/small", () => "").RequireMemory(TestService.PoolName, ByteSize.FromMegabytes(1));
            app.MapPost("/large", () => "").RequireMemory(TestService.PoolName, ByteSize.FromMegabytes(1), ByteSize.FromMegabytes(2));
            app.MapPost("/other", () => "").RequireMemory("other", ByteSize.FromMegabytes(5));
            app.MapPost("/free", () => "");
        });

        var operations = plan.Terms.Where(t => t.Kind == MemoryPlanKind.Operation).Select(t => (t.Name, t.Size.Megabytes));
        Assert.Equal([("HTTP: POST /large", 3), ("HTTP: POST /other", 5)], operations.OrderBy(o => o.Name));
    }

    [Fact]
    public void What_a_pool_guarantees_counts_once_and_an_operation_only_beyond_it()
    {
        var plan = Plan(app => app.MapPost("/work", () => "").RequireMemory("reserved", ByteSize.FromMegabytes(8)));

        Assert.Contains(
            plan.Terms,
            t => t.Kind == MemoryPlanKind.Guarantee && t.Name.Contains("reserved", StringComparison.Ordinal) && t.Size == ByteSize.FromMegabytes(6));
        Assert.Contains(plan.Terms, t => t.Kind == MemoryPlanKind.Operation && t.Size == ByteSize.FromMegabytes(2));
    }

    [Fact]
    public void A_route_whose_pool_nobody_declared_is_refused_with_the_pools_there_are()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Plan(app => app.MapPost("/work", () => "").RequireMemory("wrok", new ByteSize(1))));

        Assert.Contains("'wrok'", refusal.Message);
        Assert.Contains("work, other, reserved", refusal.Message);
        Assert.Contains("/work", refusal.Message);
    }

    [Fact]
    public void A_route_that_needs_more_than_its_pool_can_ever_give_is_refused()
    {
        var refusal = Assert.Throws<InvalidOperationException>(
            () => Plan(app => app.MapPost("/work", () => "").RequireMemory("other", ByteSize.FromMegabytes(20))));

        Assert.Contains("20.0 MB", refusal.Message);
        Assert.Contains("cap is 10.0 MB", refusal.Message);
    }

    [Fact]
    public void Several_workers_that_fit_are_refused_as_not_supported()
    {
        var refusal = Assert.Throws<MemoryPlanException>(() => Require("2GB", workers: 2));

        Assert.True(refusal.Plan.Fits);
        Assert.Contains("more than one is not supported yet", refusal.Message);
        Assert.Contains("set WORKERS=1", refusal.Message);
    }

    [Fact]
    public void Workers_that_do_not_fit_are_refused_with_the_arithmetic()
    {
        var refusal = Assert.Throws<MemoryPlanException>(() => Require("512MB", workers: 4));

        Assert.Equal(refusal.Plan.NeededPerWorker.Bytes * 4, refusal.Plan.Needed.Bytes);
        Assert.Contains($"4 workers × {refusal.Plan.NeededPerWorker}", refusal.Message);
        Assert.Contains("Does not fit", refusal.Message);
        Assert.Contains("set WORKERS=1", refusal.Message);
    }

    [Fact]
    public async Task A_service_that_does_not_fit_refuses_to_start_and_says_what_to_change()
    {
        await using var app = TestService.Build(_ => { }, new() { ["Headroom:Limit"] = "300MB", ["Headroom:MaxWaiting"] = "5000" });

        var refusal = await Assert.ThrowsAsync<MemoryPlanException>(() => app.StartAsync());

        Assert.Contains("limit 300.0 MB (configuration), 1 worker", refusal.Message);
        Assert.Contains("The largest term is «5,000 requests waiting unread»", refusal.Message);
        Assert.Contains("HEADROOM__MAXWAITING", refusal.Message);
        Assert.All(app.Urls, url => Assert.EndsWith(":0", url));
    }

    [Fact]
    public async Task Guarantees_that_do_not_fit_are_told_in_the_table_as_well()
    {
        await using var app = TestService.Build(
            _ => { },
            new() { ["Headroom:Limit"] = "300MB" },
            pools: headroom => headroom.AddPool("huge", ByteSize.FromMegabytes(900), guaranteed: ByteSize.FromMegabytes(900)));

        var refusal = await Assert.ThrowsAsync<MemoryPlanException>(() => app.StartAsync());

        Assert.Contains("The largest term is «pool «huge»»", refusal.Message);
    }

    private static MemoryPlan Plan(Action<WebApplication> map)
    {
        using var app = TestService.Build(map, pools: headroom => headroom
            .AddPool("other", ByteSize.FromMegabytes(10))
            .AddPool("reserved", ByteSize.FromMegabytes(10), guaranteed: ByteSize.FromMegabytes(6)));
        return app.Services.GetRequiredService<MemoryPlanner>().CreatePlan();
    }

    private static MemoryPlan Require(string limit, int workers)
    {
        using var app = TestService.Build(_ => { }, new() { ["Headroom:Limit"] = limit, ["WORKERS"] = $"{workers}" });
        return app.Services.GetRequiredService<MemoryPlanner>().RequirePlan();
    }
}
