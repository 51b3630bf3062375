using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class LeaseQueueTests : BudgetFixture
{
    [Fact]
    public async Task Equal_requests_are_served_in_the_order_of_their_arrival()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var lease = Take(pool, 100);
        var waiting = Enumerable.Range(0, 20).Select(_ => Queue(pool, 100)).ToList();

        foreach (var next in waiting)
        {
            lease.Dispose();
            lease = await next;
        }
        lease.Dispose();

        Assert.Equal(0, Leased(pool));
    }

    [Fact]
    public async Task Order_of_arrival_counts_across_pools()
    {
        var budget = Budget(100);
        var pools = new[] { Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100), Pool(budget, "c", cap: 100) };
        var lease = Take(pools[0], 100);
        var waiting = new[] { 2, 1, 0, 0, 2, 1, 1, 2 }.Select(i => Queue(pools[i], 100)).ToList();

        foreach (var next in waiting)
        {
            lease.Dispose();
            lease = await next;
            Assert.Equal(100, budget.Leased.Bytes);
        }
    }

    [Fact]
    public async Task Bytes_that_come_back_serve_as_many_as_fit()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var lease = Take(pool, 100);
        var waiting = new[] { 30, 30, 30, 30 }.Select(bytes => Queue(pool, bytes)).ToList();

        lease.Dispose();

        await Task.WhenAll(waiting[..3]);
        Assert.Equal((90, 1), (Leased(pool), Waiting(pool)));
    }

    [Fact]
    public async Task However_many_that_are()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var lease = Take(pool, 100);
        var waiting = Enumerable.Range(0, 60).Select(_ => Queue(pool, 2)).ToList();

        lease.Dispose();

        await Task.WhenAll(waiting[..50]);
        Assert.Equal((100, 10), (Leased(pool), Waiting(pool)));
    }

    [Fact]
    public async Task A_small_request_passes_a_large_one_a_bounded_number_of_times_and_then_the_large_one_is_next()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var most = Take(pool, 60);
        var large = Queue(pool, 80);
        var passing = new List<MemoryLease>();
        for (var i = 0; i < LeaseQueue.MaxPasses; i++)
            passing.Add(await pool.AcquireAsync(1));

        var held = Queue(pool, 1);
        Assert.Equal(68, Leased(pool));
        passing.ForEach(lease => lease.Dispose());
        Assert.Equal((60, 2), (Leased(pool), Waiting(pool)));

        most.Dispose();
        using var served = await large;
        using var afterwards = await held;
        Assert.Equal(81, Leased(pool));
    }

    [Fact]
    public async Task Those_who_were_passed_keep_their_own_order()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var most = Take(pool, 60);
        var first = Queue(pool, 80);
        var second = Queue(pool, 70);
        using var small = await pool.AcquireAsync(20);

        most.Dispose();
        var lease = await first;
        Assert.Equal((100, 1), (Leased(pool), Waiting(pool)));
        lease.Dispose();
        Assert.Equal(70, (await second).Bytes);
    }

    [Fact]
    public async Task A_steady_stream_in_another_pool_cannot_starve_who_waits_for_the_shared_budget()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        var running = new Queue<MemoryLease>(Enumerable.Range(0, 10).Select(_ => Take(b, 10)));
        var large = Queue(a, 80);

        // Each one that ends is followed by another: that goes on for as many as may pass, then the stream dries up.
        for (var i = 0; i < LeaseQueue.MaxPasses; i++)
        {
            running.Dequeue().Dispose();
            running.Enqueue(await b.AcquireAsync(10));
            CannotTake(b, 1);
        }
        running.Dequeue().Dispose();
        var held = Queue(b, 10);
        while (running.TryDequeue(out var lease))
            lease.Dispose();

        Assert.Equal(80, (await large).Bytes);
        Assert.Equal(10, (await held).Bytes);
    }

    [Fact]
    public async Task Grants_inside_a_guarantee_pass_without_being_counted()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100, guaranteed: 20));
        using var most = Take(a, 70);
        var large = Queue(a, 80);

        for (var i = 0; i < 10 * LeaseQueue.MaxPasses; i++)
            (await b.AcquireAsync(20)).Dispose();

        Assert.False(large.IsCompleted);
        most.Dispose();
        using var served = await large;
    }

    [Fact]
    public async Task Asking_without_waiting_never_passes_the_line()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var most = Take(pool, 90);
        var large = Queue(pool, 50);

        CannotTake(pool, 1);
        Assert.False(most.TryGrow(1));
        most.Dispose();

        using var served = await large;
        using var small = Take(pool, 1);
    }

    [Fact]
    public async Task Who_stands_far_behind_is_reached_in_the_end()
    {
        var pool = Pool(Budget(100), "pool", cap: 100);
        var most = Take(pool, 60);
        var large = Enumerable.Range(0, 3 * LeaseQueue.MaxPasses).Select(_ => Queue(pool, 90)).ToList();
        var small = Queue(pool, 1);

        most.Dispose();
        foreach (var next in large)
            (await next).Dispose();

        Assert.Equal(1, (await small).Bytes);
    }
}
