using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class LeaseRequestTests : BudgetFixture
{
    [Fact]
    public async Task A_request_may_wait_for_another_time_than_the_pool_allows()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaitSeconds: 10);
        using var all = Take(pool, 100);
        var waits = new[] { 0, 3, 20 }.Select(seconds => pool.AcquireAsync(new LeaseRequest(1) { MaxWait = TimeSpan.FromSeconds(seconds) }).AsTask()).ToList();
        var usual = Queue(pool, 1);

        foreach (var (at, next) in new[] { (0, waits[0]), (3, waits[1]), (10, usual), (20, waits[2]) })
        {
            Clock.Advance(TimeSpan.FromSeconds(at) - Clock.Elapsed - TimeSpan.FromMilliseconds(at == 0 ? 0 : 1));
            Assert.Equal(at == 0, next.IsCompleted);
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Contains($"within {at} s", (await Assert.ThrowsAsync<MemoryLeaseRefusedException>(() => next)).Message, StringComparison.Ordinal);
        }
        Assert.Equal((0, 4), (Waiting(pool), pool.GetStatus().RefusedByReason[LeaseRefusal.TimedOut]));
    }

    [Fact]
    public async Task Times_that_make_no_sense_throw()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pool.AcquireAsync(new LeaseRequest(1) { MaxWait = TimeSpan.FromSeconds(-1) }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pool.AcquireAsync(new LeaseRequest(1) { MaxWait = TimeSpan.FromDays(2) }));
    }

    [Fact]
    public async Task On_the_systems_own_clock_who_waits_too_long_is_refused_as_well()
    {
        var pool = Pool(new MemoryBudget(new ByteSize(100)), "pool", cap: 100);
        using var all = Take(pool, 100);

        var refusal = await Refused(pool.AcquireAsync(new LeaseRequest(1) { MaxWait = TimeSpan.FromMilliseconds(20) }));

        Assert.Equal(LeaseRefusal.TimedOut, refusal.Reason);
    }
}
