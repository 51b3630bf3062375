using Headroom.AspNetCore.Admission;
using Headroom.Budget;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class WorkCancellationTests
{
    [Fact]
    public async Task The_largest_work_is_stopped_with_a_clean_answer_and_its_connection_goes_on()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        using var small = await service.ConnectAsync();
        await small.PostAsync("/work", 70_000, new byte[100]);
        using var large = await service.ConnectAsync();
        await large.PostAsync("/work", 1_000_000, new byte[100]);
        // A lease can be cancelled a moment after it is granted.
        await Eventually.TrueAsync(() => work.Entered == 2);

        var cancelled = service.Budget.CancelLargest();
        var answer = await large.ReadAsync();

        Assert.Equal(TestService.PoolName, cancelled?.Pool);
        Assert.True(cancelled!.Value.Bytes.Bytes >= 1_000_000);
        answer.IsProblem(503, "work-cancelled");
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        await Eventually.TrueAsync(() => service.Leased < 200_000);
        await small.SendAsync(new byte[69_900]);
        Assert.Equal("70000", (await small.ReadAsync()).Body);
        await service.EverythingIsBackAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task Work_that_has_begun_to_answer_loses_its_connection_and_nothing_else()
    {
        var begun = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(app => app
            .MapPost("/work", (RequestDelegate)(async context =>
            {
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }))
            .RequireMemory(Work.Requirement));
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        await begun.Task;

        Assert.NotNull(service.Budget.CancelLargest());

        await service.EverythingIsBackAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task What_the_work_leased_besides_counts_for_it_and_ends_with_it()
    {
        var holding = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(
            app =>
            {
                app.MapPost("/work", (RequestDelegate)(async context =>
                {
                    var more = context.RequestServices.GetService(typeof(MemoryBudget)) is MemoryBudget budget
                        ? budget.GetPool("more")
                        : throw new InvalidOperationException();
                    using var second = await more.AcquireAsync(new LeaseRequest(2_000_000) { PartOf = context.GetMemoryLease() }, context.RequestAborted);
                    holding.SetResult();
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                })).RequireMemory(Work.Requirement);
                app.MapPost("/other", (RequestDelegate)(context => Task.Delay(Timeout.Infinite, context.RequestAborted))).RequireMemory(Work.Requirement);
            },
            pools: headroom => headroom.AddPool("more", ByteSize.FromMegabytes(4)));
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        using var other = await service.ConnectAsync();
        await other.PostAsync("/other", 500_000, new byte[10]);
        await holding.Task;
        await Eventually.TrueAsync(() => service.Leased > 500_000);

        var cancelled = service.Budget.CancelLargest();

        Assert.True(cancelled!.Value.Bytes.Bytes > 2_000_000);
        (await client.ReadAsync()).IsProblem(503, "work-cancelled");
        Assert.Equal(0, service.Budget.GetPool("more").GetStatus().Leased.Bytes);
    }
}
