using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class MemoryBudgetTests : BudgetFixture
{
    [Fact]
    public void A_pool_gives_its_cap_and_not_a_byte_more()
    {
        var pool = Pool(Budget(1000), "pool", cap: 100);

        using var lease = Take(pool, 100);
        CannotTake(pool, 1);
    }

    [Fact]
    public void Caps_may_overlap_and_the_budget_gates_their_sum()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 80), Pool(budget, "b", cap: 80));

        using var lease = Take(a, 80);
        CannotTake(b, 21);
        using var other = Take(b, 20);

        Assert.Equal(100, budget.Leased.Bytes);
    }

    [Fact]
    public void A_guarantee_can_be_taken_by_nobody_else()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100, guaranteed: 40), Pool(budget, "b", cap: 100));

        CannotTake(b, 61);
        using var theirs = Take(b, 60);
        using var own = Take(a, 40);
        CannotTake(a, 1);
        CannotTake(b, 1);
    }

    [Fact]
    public void A_guarantee_that_is_used_costs_the_others_nothing_more_and_growing_past_it_does()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100, guaranteed: 40), Pool(budget, "b", cap: 100));

        using var own = Take(a, 50);
        CannotTake(b, 51);
        using var theirs = Take(b, 50);
        own.ShrinkTo(10);
        CannotTake(b, 11);
        using var more = Take(b, 10);
    }

    [Fact]
    public void Those_who_wait_for_the_shared_budget_do_not_hold_up_a_guarantee()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100, guaranteed: 40), Pool(budget, "b", cap: 100));
        using var all = Take(b, 60);
        var waiting = Queue(b, 10);

        var own = Take(a, 40);
        CannotTake(a, 1);
        own.Dispose();
        Assert.True(a.AcquireAsync(40).AsTask().IsCompletedSuccessfully);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public void Those_who_wait_for_their_own_pool_do_not_hold_up_the_others()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 10), Pool(budget, "b", cap: 100));
        using var all = Take(a, 10);
        var waiting = Queue(a, 1);

        using var other = Take(b, 50);
        Assert.True(other.TryGrow(20));
        Assert.True(b.AcquireAsync(20).AsTask().IsCompletedSuccessfully);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task A_lease_that_comes_back_serves_who_waits_in_another_pool()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        var first = Take(a, 100);
        var waiting = Queue(b, 60);

        first.ShrinkTo(40);

        using var second = await waiting;
        Assert.Equal((40, 60), (Leased(a), Leased(b)));
    }

    [Fact]
    public void Pools_are_found_by_name()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 10), Pool(budget, "b", cap: 10));

        Assert.Equal([a, b], budget.Pools);
        Assert.Same(b, budget.GetPool("b"));
        Assert.Contains("there are: a, b", Assert.Throws<KeyNotFoundException>(() => budget.GetPool("c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_cannot_be_is_refused_with_the_reason()
    {
        var budget = Budget(100);
        Pool(budget, "a", cap: 100, guaranteed: 60);

        Assert.Contains("'a' already", Assert.Throws<ArgumentException>(() => Pool(budget, "a", cap: 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "more than its cap", Assert.Throws<ArgumentException>(() => Pool(budget, "b", cap: 10, guaranteed: 11)).Message, StringComparison.Ordinal);
        Assert.Contains("only 40 B", Assert.Throws<ArgumentException>(() => Pool(budget, "b", cap: 100, guaranteed: 41)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool(budget, "b", cap: 10, guaranteed: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool(budget, "b", cap: 10, maxWaiting: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool(budget, "b", cap: 10, maxWaitSeconds: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool(budget, "b", cap: 10, maxWaitSeconds: 86_401));
        Assert.Throws<ArgumentOutOfRangeException>(() => Budget(-1));
        Assert.Single(budget.Pools);
        Pool(budget, "b", cap: 100, guaranteed: 40);
    }

    [Fact]
    public void The_status_tells_what_happened()
    {
        var pool = Pool(Budget(100), "pool", cap: 50, guaranteed: 20, maxWaiting: 1);
        var first = Take(pool, 30);
        first.Dispose();
        using var second = Take(pool, 45);
        _ = Queue(pool, 10);
        _ = pool.AcquireAsync(10).AsTask();

        var status = pool.GetStatus();
        Assert.Equal(("pool", 50, 20, 45, 45), (status.Name, status.Cap.Bytes, status.Guaranteed.Bytes, status.Leased.Bytes, status.Peak.Bytes));
        Assert.Equal((1, 10, 2, 1, 0), (status.Waiting, status.WaitingBytes.Bytes, status.Granted, status.Refused, status.Cancelled));
        Assert.Equal(
            new Dictionary<LeaseRefusal, long> { [LeaseRefusal.TooLarge] = 0, [LeaseRefusal.QueueFull] = 1, [LeaseRefusal.TimedOut] = 0 },
            status.RefusedByReason);
        second.ShrinkTo(5);
        Assert.Equal((15, 45), (Leased(pool), pool.GetStatus().Peak.Bytes));
    }
}
