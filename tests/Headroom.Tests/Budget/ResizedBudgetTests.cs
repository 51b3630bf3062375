using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class ResizedBudgetTests : BudgetFixture
{
    [Fact]
    public void Caps_follow_the_capacity_and_come_back_with_it()
    {
        var budget = Budget(100);
        var (wide, narrow) = (Pool(budget, "wide", cap: 200), Pool(budget, "narrow", cap: 30));

        Assert.Equal((100, 30), (wide.Cap.Bytes, narrow.Cap.Bytes));
        budget.Resize(new ByteSize(20));
        Assert.Equal((20, 20), (wide.Cap.Bytes, narrow.Cap.Bytes));
        budget.Resize(new ByteSize(150));
        Assert.Equal((150, 30), (wide.Cap.Bytes, narrow.Cap.Bytes));
        using var lease = Take(wide, 150);
        Assert.Equal(150, budget.Capacity.Bytes);
    }

    [Theory]
    [InlineData(200, 60, 30)]
    [InlineData(90, 60, 30)]
    [InlineData(45, 30, 15)]
    [InlineData(10, 6, 3)]
    [InlineData(0, 0, 0)]
    public void Guarantees_shrink_in_proportion_once_they_do_not_fit(int capacity, int first, int second)
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100, guaranteed: 60), Pool(budget, "b", cap: 100, guaranteed: 30));

        budget.Resize(new ByteSize(capacity));

        Assert.Equal((first, second), (a.GetStatus().Guaranteed.Bytes, b.GetStatus().Guaranteed.Bytes));
    }

    [Fact]
    public void Guarantees_of_any_size_shrink_without_overflow()
    {
        var budget = Budget(long.MaxValue / 2);
        var pool = Pool(budget, "pool", cap: long.MaxValue / 2, guaranteed: long.MaxValue / 2);

        budget.Resize(new ByteSize(long.MaxValue / 4));

        Assert.Equal(long.MaxValue / 4, pool.GetStatus().Guaranteed.Bytes);
    }

    [Fact]
    public async Task A_higher_capacity_grants_at_once()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 200);
        using var all = Take(pool, 100);
        var waiting = Queue(pool, 50);

        budget.Resize(new ByteSize(150));

        using var served = await waiting;
        Assert.Equal(150, Leased(pool));
    }

    [Fact]
    public async Task Leases_that_are_out_stay_and_nothing_is_added_until_enough_came_back()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var (first, second) = (Take(pool, 50), Take(pool, 50));

        budget.Resize(new ByteSize(60));
        Assert.Equal((100, 50), (Leased(pool), first.Bytes));
        var waiting = Queue(pool, 10);
        Assert.False(second.TryGrow(1));

        first.ShrinkTo(11);
        Assert.False(waiting.IsCompleted);
        first.ShrinkTo(0);
        using var served = await waiting;
        Assert.Equal(60, Leased(pool));
        second.Dispose();
    }

    [Fact]
    public async Task An_overdrawn_budget_lets_each_idle_pool_go_on_with_one_lease_at_a_time()
    {
        var budget = Budget(100);
        var (resident, work) = (Pool(budget, "resident", cap: 100), Pool(budget, "work", cap: 100));
        using var model = Take(resident, 80);
        budget.Resize(new ByteSize(50));

        var first = Take(work, 20);
        CannotTake(work, 1);
        var waiting = new[] { Queue(work, 20), Queue(work, 1), Queue(work, 20) };
        foreach (var next in waiting)
        {
            first.Dispose();
            first = await next;
            Assert.Equal(first.Bytes, Leased(work));
        }
        first.Dispose();
    }

    [Fact]
    public void An_overdrawn_budget_gives_no_more_than_the_cap_even_then()
    {
        var budget = Budget(100);
        var (resident, work) = (Pool(budget, "resident", cap: 100), Pool(budget, "work", cap: 100));
        using var model = Take(resident, 80);
        budget.Resize(new ByteSize(50));

        CannotTake(work, 51);
        using var most = Take(work, 50);
    }

    [Fact]
    public async Task It_recovers_by_itself_when_enough_came_back()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        var old = Take(a, 100);
        budget.Resize(new ByteSize(50));
        using var single = Take(b, 10);
        var waiting = new[] { Queue(b, 10), Queue(b, 10), Queue(b, 10), Queue(b, 20) };

        old.Dispose();

        await Task.WhenAll(waiting[..3]);
        Assert.Equal((40, 1), (Leased(b), Waiting(b)));
    }

    [Fact]
    public async Task What_fits_only_the_declared_capacity_waits_for_it_and_holds_up_nobody()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        budget.Resize(new ByteSize(50));
        var large = Queue(pool, 80);

        for (var i = 0; i < 5 * LeaseQueue.MaxPasses; i++)
            (await pool.AcquireAsync(50)).Dispose();
        Assert.False(large.IsCompleted);
        budget.Resize(new ByteSize(80));

        using var served = await large;
    }

    [Fact]
    public async Task It_is_refused_when_its_time_is_over_and_told_to_come_back_late()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100, maxWaitSeconds: 10);
        budget.Resize(new ByteSize(50));
        var large = Queue(pool, 80);

        Clock.Advance(TimeSpan.FromSeconds(10));

        var refusal = await Assert.ThrowsAsync<MemoryLeaseRefusedException>(() => large);
        Assert.Equal((LeaseRefusal.TimedOut, 60), (refusal.Reason, refusal.RetryAfter.TotalSeconds));
    }

    [Fact]
    public async Task What_was_never_possible_is_refused_at_once_however_the_capacity_changed()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 80);
        budget.Resize(new ByteSize(50));

        Assert.Equal(LeaseRefusal.TooLarge, (await Refused(pool.AcquireAsync(81))).Reason);
        budget.Resize(new ByteSize(500));
        Assert.Equal(LeaseRefusal.TooLarge, (await Refused(pool.AcquireAsync(81))).Reason);
    }

    [Fact]
    public async Task Retry_after_forgets_how_fast_bytes_came_back_under_another_capacity()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100, maxWaiting: 1);
        var lease = Take(pool, 100);
        _ = Queue(pool, 100);
        Clock.Advance(TimeSpan.FromSeconds(2));
        lease.ShrinkTo(20);
        Assert.Equal(TimeSpan.FromSeconds(3), (await Refused(pool.AcquireAsync(10))).RetryAfter);

        budget.Resize(new ByteSize(120));
        Clock.Advance(TimeSpan.FromSeconds(4));
        lease.ShrinkTo(10);

        // 10 bytes in the four seconds since, not 90 in six.
        Assert.Equal(TimeSpan.FromSeconds(44), (await Refused(pool.AcquireAsync(10))).RetryAfter);
    }

    [Fact]
    public void A_capacity_below_zero_is_none() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Budget(100).Resize(new ByteSize(-1)));
}
