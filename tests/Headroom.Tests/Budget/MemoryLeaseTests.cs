using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class MemoryLeaseTests : BudgetFixture
{
    [Fact]
    public void Disposing_twice_gives_back_once()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var lease = Take(pool, 30);
        using var other = Take(pool, 30);

        lease.Dispose();
        lease.Dispose();

        Assert.Equal((30, 0), (Leased(pool), lease.Bytes));
    }

    [Fact]
    public void Disposing_through_a_copy_gives_back_once()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var lease = Take(pool, 30);
        var copy = lease;

        copy.Dispose();
        lease.Dispose();

        Assert.Equal((0, 0, 0), (Leased(pool), lease.Bytes, copy.Bytes));
    }

    [Fact]
    public void A_lease_given_back_has_no_power_over_the_one_that_reuses_its_place()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        var old = Take(a, 30);
        old.Dispose();
        var current = Take(b, 40);

        old.Dispose();
        old.ShrinkTo(0);
        Assert.False(old.TryGrow(1));

        Assert.Equal((0, 40), (old.Bytes, current.Bytes));
        Assert.Equal((0, 40), (Leased(a), Leased(b)));
        current.Dispose();
        Assert.Equal(0, budget.Leased.Bytes);
    }

    [Fact]
    public void The_default_value_holds_nothing()
    {
        var lease = default(MemoryLease);

        lease.Dispose();
        lease.ShrinkTo(0);
        Assert.Equal(0, lease.Bytes);
        Assert.False(lease.TryGrow(1));
    }

    [Fact]
    public void A_lease_grows_by_what_is_free_and_not_a_byte_more()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 60), Pool(budget, "b", cap: 100));
        var lease = Take(a, 30);

        Assert.False(lease.TryGrow(31));
        Assert.True(lease.TryGrow(30));
        using var other = Take(b, 40);
        Assert.False(other.TryGrow(1));
        Assert.Equal((60, 60), (lease.Bytes, Leased(a)));
        lease.Dispose();
        Assert.Equal(0, Leased(a));
    }

    [Fact]
    public void Shrinking_gives_back_the_rest_and_never_takes()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var lease = Take(pool, 60);

        lease.ShrinkTo(60);
        lease.ShrinkTo(100);
        Assert.Equal(60, Leased(pool));
        lease.ShrinkTo(20);
        Assert.Equal((20, 20), (lease.Bytes, Leased(pool)));
        lease.ShrinkTo(0);
        Assert.Equal(0, Leased(pool));
        Assert.True(lease.TryGrow(5));
        lease.Dispose();
        Assert.Equal(0, Leased(pool));
    }

    [Fact]
    public void Amounts_that_make_no_sense_throw()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        using var lease = Take(pool, 60);

        Assert.Throws<ArgumentOutOfRangeException>(() => lease.TryGrow(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => lease.ShrinkTo(-1));
    }

    [Fact]
    public void Without_contention_nothing_is_allocated()
    {
        var pool = Pool(Budget(1 << 20), "pool", cap: 1 << 20, guaranteed: 1 << 10);
        TakeAndReturn(pool, 1000);

        // The runtime may allocate on this thread while it replaces code by better code; an allocation per lease would show in every round.
        var rounds = Enumerable.Range(0, 5).Select(_ => AllocatedBy(() => TakeAndReturn(pool, 10_000))).ToList();

        Assert.Contains(0, rounds);
        Assert.All(rounds, bytes => Assert.InRange(bytes, 0, 10_000));
    }

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void TakeAndReturn(BudgetPool pool, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var asked = pool.AcquireAsync(4096);
            using var lease = asked.IsCompletedSuccessfully ? asked.Result : throw new InvalidOperationException("It should be free.");
            lease.TryGrow(100);
            lease.ShrinkTo(50);
            if (pool.TryAcquire(1, out var second))
                second.Dispose();
        }
    }
}
