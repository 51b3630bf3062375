using Headroom.AspNetCore.Hosting;
using Headroom.Budget;
using Headroom.Measuring;

namespace Headroom.AspNetCore.Tests.Hosting;

public sealed class LimitFollowerTests
{
    [Fact]
    public async Task Leases_and_waiting_requests_follow_a_limit_that_is_lowered_and_raised()
    {
        // The plan begins with what the process holds, and that is all tests together: what they left is given back first.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        await using var service = await TestService.StartAsync(_ => { }, new() { ["Headroom:Limit"] = "1GB" });
        var before = (service.Budget.Capacity, service.Pool.MaxWaiting);

        // Much lower, and nothing would be left to lease.
        service.Follower.Follow(ByteSize.FromMegabytes(400));
        var lowered = (service.Budget.Capacity, service.Pool.MaxWaiting);
        service.Follower.Follow(ByteSize.FromMegabytes(1024));

        // 624 MB less, a tenth of them margin; and fewer requests that wait.
        var waiting = HeadroomBuilder.WaitingRequestCost * (before.MaxWaiting - lowered.MaxWaiting);
        Assert.Equal((2048, 1706), (before.MaxWaiting, lowered.MaxWaiting));
        Assert.InRange((before.Capacity - lowered.Capacity + waiting - (ByteSize.FromMegabytes(624) * 0.9)).Bytes, -2, 2);
        Assert.Equal(before, (service.Budget.Capacity, service.Pool.MaxWaiting));
    }

    [Fact]
    public async Task What_is_leased_stays_leased_and_the_service_goes_on_one_by_one_under_a_limit_that_is_far_too_low()
    {
        await using var service = await TestService.StartAsync(_ => { }, new() { ["Headroom:Limit"] = "1GB" });
        var held = service.FillPool();

        service.Follower.Follow(ByteSize.FromMegabytes(64));

        Assert.Equal((ByteSize.Zero, TestService.PoolCap.Bytes), (service.Budget.Capacity, held.Bytes));
        held.Dispose();
        var waiting = service.Pool.AcquireAsync(new LeaseRequest(1000) { MaxWait = TimeSpan.FromMinutes(1) });
        Assert.False(waiting.IsCompleted);
        service.Follower.Follow(ByteSize.FromMegabytes(1024));
        (await waiting).Dispose();
    }
}
