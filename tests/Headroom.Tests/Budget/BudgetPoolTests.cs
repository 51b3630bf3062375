using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class BudgetPoolTests : BudgetFixture
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task At_least_one_byte_must_be_asked_for(long bytes)
    {
        var pool = Pool(Budget(100), "pool", cap: 100);

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.TryAcquire(bytes, out _));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pool.AcquireAsync(bytes));
    }

    [Fact]
    public async Task More_than_the_cap_is_refused_at_once()
    {
        var pool = Pool(Budget(1000), "pool", cap: 100);

        var refusal = await Refused(pool.AcquireAsync(101));

        Assert.Equal(("pool", LeaseRefusal.TooLarge, 101L), (refusal.Pool, refusal.Reason, refusal.Requested.Bytes));
        Assert.Equal("101 B were asked from pool 'pool', which can give 100 B at most.", refusal.Message);
        Assert.Equal((0, 1), (Waiting(pool), pool.GetStatus().Refused));
    }

    [Fact]
    public async Task More_than_the_guarantees_of_the_others_leave_is_refused_at_once_and_says_how_much_that_is()
    {
        var budget = Budget(100);
        Pool(budget, "a", cap: 100, guaranteed: 40);
        var pool = Pool(budget, "b", cap: 100);

        var refusal = await Refused(pool.AcquireAsync(61));

        Assert.Equal(LeaseRefusal.TooLarge, refusal.Reason);
        Assert.Contains("60 B at most", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_near_the_largest_number_does_not_slip_through_by_overflow()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        using var lease = Take(pool, 10);

        CannotTake(pool, long.MaxValue);
        Assert.False(lease.TryGrow(long.MaxValue));
        Assert.Equal(LeaseRefusal.TooLarge, (await Refused(pool.AcquireAsync(long.MaxValue))).Reason);
        Assert.Equal(10, Leased(pool));
    }

    [Fact]
    public async Task When_as_many_wait_as_are_allowed_the_next_is_refused()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaiting: 2);
        using var all = Take(pool, 100);
        _ = Queue(pool, 1);
        _ = Queue(pool, 1);

        var refusal = await Refused(pool.AcquireAsync(1));

        Assert.Equal(LeaseRefusal.QueueFull, refusal.Reason);
        Assert.Equal("2 requests wait for pool 'pool' already; ask again later.", refusal.Message);
        Assert.Equal(2, Waiting(pool));
    }

    [Fact]
    public async Task A_pool_in_which_nobody_may_wait_still_gives_what_is_free()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 10), Pool(budget, "b", cap: 50, maxWaiting: 0));
        using var all = Take(a, 10);
        _ = Queue(a, 1);

        using var lease = await b.AcquireAsync(50);

        Assert.Equal(LeaseRefusal.QueueFull, (await Refused(b.AcquireAsync(1))).Reason);
    }

    [Fact]
    public async Task Who_waits_too_long_is_refused_and_the_next_in_line_is_looked_at()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaitSeconds: 10);
        using var most = Take(pool, 90);
        var large = Queue(pool, 100);
        // As many small ones pass as may; the next is held up by the large one alone.
        for (var i = 0; i < LeaseQueue.MaxPasses; i++)
            (await pool.AcquireAsync(5)).Dispose();
        Clock.Advance(TimeSpan.FromSeconds(5));
        var small = Queue(pool, 5);

        Clock.Advance(TimeSpan.FromSeconds(4.999));
        Assert.Equal(2, Waiting(pool));
        Clock.Advance(TimeSpan.FromSeconds(0.001));

        var refusal = await Assert.ThrowsAsync<MemoryLeaseRefusedException>(() => large);
        Assert.Equal(LeaseRefusal.TimedOut, refusal.Reason);
        Assert.Equal("100 B from pool 'pool' did not come free within 10 s; ask again later.", refusal.Message);
        using var served = await small;
        Assert.Equal((95, 0), (Leased(pool), Waiting(pool)));
    }

    [Fact]
    public async Task Who_is_cancelled_in_line_leaves_it_and_the_next_is_looked_at()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        using var most = Take(pool, 90);
        using var cancellation = new CancellationTokenSource();
        var large = Queue(pool, 100, cancellation.Token);
        for (var i = 0; i < LeaseQueue.MaxPasses; i++)
            (await pool.AcquireAsync(5)).Dispose();
        var small = Queue(pool, 5);

        await cancellation.CancelAsync();

        var problem = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        Assert.Equal(cancellation.Token, problem.CancellationToken);
        using var served = await small;
        Assert.Equal((95, 0, 0), (Leased(pool), Waiting(pool), pool.GetStatus().Refused));
    }

    [Fact]
    public async Task Who_is_cancelled_before_asking_gets_nothing_even_if_all_is_free()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.AcquireAsync(1, new CancellationToken(canceled: true)));

        Assert.Equal(0, Leased(pool));
    }

    [Fact]
    public async Task A_grant_leaves_neither_timer_nor_cancellation_behind()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaitSeconds: 10);
        using var cancellation = new CancellationTokenSource();
        var first = Take(pool, 100);
        var waiting = Queue(pool, 100, cancellation.Token);

        first.Dispose();
        using var lease = await waiting;
        Clock.Advance(TimeSpan.FromHours(1));
        await cancellation.CancelAsync();

        Assert.Equal((100, 0), (lease.Bytes, pool.GetStatus().Refused));
    }

    [Fact]
    public async Task Retry_after_is_what_waits_divided_by_the_rate_at_which_bytes_come_back()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaiting: 1);
        var lease = Take(pool, 100);
        Clock.Advance(TimeSpan.FromHours(3));
        _ = Queue(pool, 100);
        Clock.Advance(TimeSpan.FromSeconds(4));
        lease.ShrinkTo(60);

        // 40 bytes in four seconds; 100 wait already.
        Assert.Equal(TimeSpan.FromSeconds(15), (await Refused(pool.AcquireAsync(50))).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(11), (await Refused(pool.AcquireAsync(1))).RetryAfter);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 60)]
    [InlineData(99, 3)]
    public async Task Retry_after_stays_between_one_and_sixty_seconds(int returned, int seconds)
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaiting: 1);
        var lease = Take(pool, 100);
        _ = Queue(pool, 100);
        Clock.Advance(TimeSpan.FromSeconds(2));
        lease.ShrinkTo(100 - returned);

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await Refused(pool.AcquireAsync(1))).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(60), (await Refused(pool.AcquireAsync(101))).RetryAfter);
    }

    [Fact]
    public async Task Retry_after_counts_only_those_who_still_wait()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaiting: 1);
        var lease = Take(pool, 100);
        var earlier = Queue(pool, 100);
        lease.Dispose();
        lease = await earlier;
        _ = Queue(pool, 90);
        Clock.Advance(TimeSpan.FromSeconds(2));
        lease.ShrinkTo(80);

        // 20 bytes in two seconds; 90 wait.
        Assert.Equal(TimeSpan.FromSeconds(10), (await Refused(pool.AcquireAsync(10))).RetryAfter);
    }

    [Fact]
    public async Task Retry_after_follows_when_the_rate_changes()
    {
        var pool = Pool(Budget(1000), "pool", cap: 1000, maxWaiting: 1);
        var lease = Take(pool, 1000);
        _ = Queue(pool, 1000);
        Clock.Advance(TimeSpan.FromSeconds(40));
        lease.ShrinkTo(200);
        Assert.Equal(TimeSpan.FromSeconds(51), (await Refused(pool.AcquireAsync(1))).RetryAfter);

        // The window was longer than 30 s and has begun anew: now 100 bytes come back in two seconds.
        Clock.Advance(TimeSpan.FromSeconds(2));
        lease.ShrinkTo(100);

        Assert.Equal(TimeSpan.FromSeconds(21), (await Refused(pool.AcquireAsync(1))).RetryAfter);
    }

    [Fact]
    public async Task Retry_after_forgets_how_fast_bytes_came_back_before_a_pause()
    {
        var budget = Budget(1000);
        var pool = Pool(budget, "pool", cap: 1000, maxWaiting: 1);
        var lease = Take(pool, 1000);
        _ = Queue(pool, 990);
        Clock.Advance(TimeSpan.FromSeconds(2));
        lease.ShrinkTo(200);
        Assert.Equal(TimeSpan.FromSeconds(3), (await Refused(pool.AcquireAsync(10))).RetryAfter);

        budget.Paused = true;
        Clock.Advance(TimeSpan.FromSeconds(2));
        budget.Paused = true;
        lease.ShrinkTo(100);

        // 100 bytes in the two seconds since, not 900 in four.
        Assert.Equal(TimeSpan.FromSeconds(20), (await Refused(pool.AcquireAsync(10))).RetryAfter);
    }

    [Fact]
    public async Task How_many_may_wait_can_change_at_any_time()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaiting: 1);
        using var all = Take(pool, 100);
        _ = Queue(pool, 1);
        await Refused(pool.AcquireAsync(1));

        pool.MaxWaiting = 2;
        _ = Queue(pool, 1);
        pool.MaxWaiting = 0;

        Assert.Equal("0 requests wait for pool 'pool' already; ask again later.", (await Refused(pool.AcquireAsync(1))).Message);
        Assert.Equal((2, 0), (Waiting(pool), pool.MaxWaiting));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.MaxWaiting = -1);
    }

    [Fact]
    public async Task Waits_are_counted_by_their_length_and_a_grant_without_one_as_none()
    {
        var pool = Pool(Budget(100), "pool", cap: 100, maxWaitSeconds: 86_400);
        var lease = Take(pool, 100);
        foreach (var seconds in new[] { 0.001, 0.3, 0.5, 2, 119, 1000 })
        {
            var next = Queue(pool, 100);
            Clock.Advance(TimeSpan.FromSeconds(seconds));
            lease.Dispose();
            lease = await next;
        }

        var waits = pool.GetStatus().Waits;
        Assert.Equal([0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120], WaitHistogram.UpperBounds);
        Assert.Equal([2, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 1], waits.Counts);
        Assert.Equal((7, 1121.801), (waits.Count, waits.Sum.TotalSeconds));
    }

    [Fact]
    public async Task A_fault_refuses_as_if_the_line_were_full()
    {
        var faulty = false;
        var budget = new MemoryBudget(new ByteSize(100), Clock) { Fault = _ => faulty };
        var pool = Pool(budget, "pool", cap: 100);
        var lease = Take(pool, 10);
        faulty = true;

        CannotTake(pool, 1);
        Assert.False(lease.TryGrow(1));
        Assert.Equal(LeaseRefusal.QueueFull, (await Refused(pool.AcquireAsync(1))).Reason);
        Assert.Equal(LeaseRefusal.TooLarge, (await Refused(pool.AcquireAsync(101))).Reason);
        lease.Dispose();
        Assert.Equal((0, 2), (Leased(pool), pool.GetStatus().Refused));
    }
}
