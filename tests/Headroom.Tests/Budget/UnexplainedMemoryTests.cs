using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class UnexplainedMemoryTests : BudgetFixture
{
    [Fact]
    public async Task What_nobody_explains_counts_for_as_long_as_it_is_there()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        using var lease = Take(pool, 50);

        budget.Unexplained = new ByteSize(40);
        CannotTake(pool, 11);
        var waiting = Queue(pool, 20);
        budget.Unexplained = new ByteSize(30);

        using var served = await waiting;
        Assert.Equal(30, budget.Unexplained.Bytes);
    }

    [Fact]
    public async Task More_than_there_is_makes_the_service_slow_and_not_dead()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100, guaranteed: 20), Pool(budget, "b", cap: 100));
        budget.Unexplained = new ByteSize(500);

        var first = Take(a, 30);
        using var other = Take(b, 30);
        CannotTake(a, 1);
        var waiting = Queue(a, 30);
        first.Dispose();
        using var second = await waiting;

        budget.Unexplained = ByteSize.Zero;
        using var third = Take(a, 40);
    }

    [Fact]
    public void The_largest_number_does_not_overflow()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100, guaranteed: 50);
        budget.Unexplained = new ByteSize(long.MaxValue);

        using var single = Take(pool, 100);
        CannotTake(pool, 1);
        budget.Resize(ByteSize.Zero);
        CannotTake(pool, 1);
    }

    [Fact]
    public async Task What_no_longer_fits_beside_it_is_granted_alone()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var small = Take(pool, 10);
        budget.Unexplained = new ByteSize(30);
        var large = Queue(pool, 80);

        // Small ones pass it as often as they may, then the pool runs empty for it.
        for (var i = 0; i < LeaseQueue.MaxPasses; i++)
            (await pool.AcquireAsync(10)).Dispose();
        var held = Queue(pool, 10);
        small.Dispose();

        (await large).Dispose();
        using var afterwards = await held;
        using var another = Take(pool, 60);
    }

    [Fact]
    public async Task Who_must_be_alone_does_not_go_before_others_of_its_pool()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        var most = Take(b, 50);
        budget.Unexplained = new ByteSize(30);
        var first = Queue(a, 40);
        var large = Queue(a, 90);

        most.Dispose();

        using var served = await first;
        Assert.False(large.IsCompleted);
    }

    [Fact]
    public void Inside_a_guarantee_what_is_really_free_is_granted_although_more_is_promised()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100, guaranteed: 50), Pool(budget, "b", cap: 100, guaranteed: 50));
        budget.Unexplained = new ByteSize(20);

        using var first = Take(a, 20);
        using var second = Take(a, 20);
        using var third = Take(b, 20);
        CannotTake(b, 21);
        using var fourth = Take(b, 20);
        CannotTake(a, 1);
    }

    [Fact]
    public async Task Idle_pools_go_on_when_a_single_lease_overdraws_the_budget()
    {
        var budget = Budget(100);
        var (a, b, c) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100), Pool(budget, "c", cap: 100));
        using var running = Take(c, 20);
        budget.Unexplained = new ByteSize(40);
        var waiting = Queue(b, 50);

        using var large = await a.AcquireAsync(80);

        using var single = await waiting;
        Assert.Equal(150, budget.Leased.Bytes);
    }

    [Fact]
    public void Less_than_nothing_cannot_be_unexplained() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Budget(100).Unexplained = new ByteSize(-1));
}
