using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class DepartureTests
{
    private const int TwoMegabytes = 2 * 1024 * 1024;

    /// <summary>More than the server reads ahead, so that it does not read the end of the connection; less than its buffers take.</summary>
    private const int MoreThanIsReadAhead = 18 * 1024;

    [Fact]
    public async Task Who_leaves_while_waiting_with_a_small_body_leaves_the_line()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        var full = service.FillPool();
        var client = await service.ConnectAsync();
        await client.PostAsync("/work", 5, "photo"u8.ToArray());
        await Eventually.TrueAsync(() => service.Waiting == 1);

        client.Dispose();

        await Eventually.TrueAsync(() => service.Waiting == 0);
        await NothingIsLeftAsync(service, work, full);
    }

    [Fact]
    public async Task Who_half_closes_while_waiting_with_a_large_body_leaves_the_line()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        var full = service.FillPool();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", TwoMegabytes, new byte[MoreThanIsReadAhead]);
        await Eventually.TrueAsync(() => service.Waiting == 1);

        client.EndSending();

        await Eventually.TrueAsync(() => service.Waiting == 0);
        await client.ClosedByServerAsync();
        await NothingIsLeftAsync(service, work, full);
    }

    [Fact]
    public async Task Who_resets_while_waiting_with_a_large_body_leaves_the_line()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        var full = service.FillPool();
        var client = await service.ConnectAsync();
        await client.PostAsync("/work", TwoMegabytes);
        Assert.True(await client.SendUntilFullAsync(new byte[TwoMegabytes]) < TwoMegabytes);
        await Eventually.TrueAsync(() => service.Waiting == 1);

        client.Reset();

        await Eventually.TrueAsync(() => service.Waiting == 0);
        await NothingIsLeftAsync(service, work, full);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_for_what_is_needed_first_is_let_go()
    {
        var waiting = 0;
        var work = new Work();
        await using var service = await work.StartAsync(Work.Requirement with
        {
            BeforeLease = async (_, cancelled) =>
            {
                Interlocked.Increment(ref waiting);
                try
                {
                    await Task.Delay(Timeout.Infinite, cancelled);
                }
                finally
                {
                    Interlocked.Decrement(ref waiting);
                }
            },
        });
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", TwoMegabytes, new byte[MoreThanIsReadAhead]);
        await Eventually.TrueAsync(() => Volatile.Read(ref waiting) == 1);

        client.EndSending();

        await Eventually.TrueAsync(() => Volatile.Read(ref waiting) == 0);
        await client.ClosedByServerAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task Who_resets_in_the_middle_of_the_body_gives_the_lease_back()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        var client = await service.ConnectAsync();
        await client.PostAsync("/work", TwoMegabytes, new byte[100_000]);
        await Eventually.TrueAsync(() => work.Read == 100_000);
        Assert.Equal(TwoMegabytes, service.Leased);

        client.Reset();

        await service.EverythingIsBackAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task Who_leaves_is_noticed_while_the_handler_computes_what_it_read()
    {
        var computing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var noticed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await TestService.StartAsync(app => app.MapPost("/compute", (RequestDelegate)(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            computing.SetResult();
            // Without a pause, as a library that decodes or infers; in vain, if nobody can say that the client is gone.
            noticed.SetResult(context.RequestAborted.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        })).RequireMemory(Work.Requirement));
        var client = await service.ConnectAsync();
        await client.PostAsync("/compute", 100_000, new byte[50_000]);
        await client.SendAsync(new byte[50_000]);
        await computing.Task;

        client.Reset();

        Assert.True(await noticed.Task);
        await service.EverythingIsBackAsync();
    }

    [Fact]
    public async Task Who_half_closes_in_the_middle_of_the_body_gives_the_lease_back()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        using var client = await service.ConnectAsync();
        await client.PostAsync("/work", TwoMegabytes, new byte[100_000]);
        await Eventually.TrueAsync(() => work.Read == 100_000);

        client.EndSending();

        await service.EverythingIsBackAsync();
        service.HasLoggedNoErrors();
    }

    [Fact]
    public async Task Who_goes_after_pushing_more_than_was_taken_in_is_noticed_once_it_is_read_at_the_latest()
    {
        var work = new Work();
        await using var service = await work.StartAsync();
        var full = service.FillPool();
        var client = await service.ConnectAsync();
        await client.PostAsync("/work", TwoMegabytes);
        await client.SendUntilFullAsync(new byte[TwoMegabytes]);
        await Eventually.TrueAsync(() => service.Waiting == 1);

        // Its last packet stays behind the bytes that nobody takes: to the kernel here it is still connected.
        client.Dispose();
        full.Dispose();

        await service.EverythingIsBackAsync();
        service.HasLoggedNoErrors();
    }

    private static async Task NothingIsLeftAsync(TestService service, Work work, Budget.MemoryLease full)
    {
        full.Dispose();
        await service.EverythingIsBackAsync();
        Assert.Equal(0, work.Entered);
        Assert.Equal(1, service.Pool.GetStatus().Granted);
        service.HasLoggedNoErrors();
        using var next = await service.ConnectAsync();
        await next.PostAsync("/work", 5, "photo"u8.ToArray());
        Assert.Equal("5", (await next.ReadAsync()).Body);
    }
}
