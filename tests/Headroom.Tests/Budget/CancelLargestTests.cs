using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class CancelLargestTests : BudgetFixture, IDisposable
{
    private readonly List<CancellationTokenSource> _sources = [];

    public void Dispose() => _sources.ForEach(s => s.Dispose());

    [Fact]
    public void The_largest_work_is_cancelled_and_then_the_next()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var (small, large, untouchable) = (Take(pool, 10), Take(pool, 20), Take(pool, 50));
        var (first, second) = (Cancellable(small), Cancellable(large));

        Assert.Equal(new CancelledWork("pool", new ByteSize(20)), budget.CancelLargest());
        Assert.Equal((false, true), (first.IsCancellationRequested, second.IsCancellationRequested));
        Assert.Equal((false, true, false), (small.WasCancelled, large.WasCancelled, untouchable.WasCancelled));
        Assert.Equal(new CancelledWork("pool", new ByteSize(10)), budget.CancelLargest());
        Assert.Null(budget.CancelLargest());
        Assert.Equal((2, 80), (pool.GetStatus().Cancelled, Leased(pool)));
    }

    [Fact]
    public void The_lowest_priority_goes_first_however_little_it_holds()
    {
        var budget = Budget(100);
        var (normal, low) = (
            Pool(budget, "normal", cap: 100), budget.AddPool(new BudgetPoolOptions("low", new ByteSize(100)) { Priority = WorkPriority.Low }));
        Cancellable(Take(normal, 50));
        Cancellable(Take(low, 1));

        Assert.Equal("low", budget.CancelLargest()?.Pool);
        Assert.Equal("normal", budget.CancelLargest()?.Pool);
    }

    [Fact]
    public async Task The_leases_of_one_piece_of_work_count_together_over_all_pools()
    {
        var budget = Budget(200);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        var single = Take(a, 30);
        var body = Take(a, 20);
        using var decoding = await b.AcquireAsync(new LeaseRequest(15) { PartOf = body });
        using var running = await b.AcquireAsync(new LeaseRequest(5) { PartOf = decoding });
        Cancellable(single);
        var work = Cancellable(body);

        Assert.Equal(new CancelledWork("a", new ByteSize(40)), budget.CancelLargest());
        Assert.True(work.IsCancellationRequested && decoding.WasCancelled && running.WasCancelled && !single.WasCancelled);
    }

    [Fact]
    public async Task A_part_that_had_to_wait_counts_too()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var (first, second) = (Take(pool, 40), Take(pool, 60));
        var waiting = pool.AcquireAsync(new LeaseRequest(50) { PartOf = first }).AsTask();
        Cancellable(first);

        second.Dispose();
        using var part = await waiting;

        Assert.Equal(90, budget.CancelLargest()?.Bytes.Bytes);
    }

    [Fact]
    public async Task What_was_given_back_is_no_part_of_any_work()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var old = Take(pool, 40);
        var part = await pool.AcquireAsync(new LeaseRequest(10) { PartOf = old });
        var other = await pool.AcquireAsync(new LeaseRequest(20) { PartOf = part });
        old.Dispose();
        var late = await pool.AcquireAsync(new LeaseRequest(35) { PartOf = old });
        Cancellable(part);
        Cancellable(late);

        Assert.Equal(35, budget.CancelLargest()?.Bytes.Bytes);
        Assert.False(other.WasCancelled);
        Assert.Equal(30, budget.CancelLargest()?.Bytes.Bytes);
        Assert.True(other.WasCancelled);
    }

    [Fact]
    public void Work_that_has_given_back_its_lease_or_stops_already_is_left_alone()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var (ended, stopping, reuser) = (Take(pool, 40), Take(pool, 30), default(MemoryLease));
        var (endedWork, stoppingWork) = (Cancellable(ended), Cancellable(stopping));
        ended.Dispose();
        stoppingWork.Cancel();
        reuser = Take(pool, 40);

        Assert.Null(budget.CancelLargest());
        Assert.False(endedWork.IsCancellationRequested);
        Assert.False(reuser.WasCancelled);
        ended.AllowCancellation(endedWork);
        default(MemoryLease).AllowCancellation(endedWork);
        Assert.Null(budget.CancelLargest());
    }

    [Fact]
    public void A_source_that_was_disposed_does_no_harm()
    {
        var budget = Budget(100);
        var lease = Take(Pool(budget, "pool", cap: 100), 40);
        Cancellable(lease).Dispose();

        Assert.NotNull(budget.CancelLargest());
        Assert.Throws<ArgumentNullException>(() => lease.AllowCancellation(null!));
    }

    [Fact]
    public async Task The_work_runs_on_another_thread_and_may_give_back_its_lease_at_once()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var lease = Take(pool, 100);
        var stopped = new TaskCompletionSource<bool>();
        using var cancelled = new ManualResetEventSlim();
        using var registration = Cancellable(lease).Token.Register(() =>
        {
            lease.Dispose();
            // On the thread that cancels this would wait in vain.
            stopped.SetResult(cancelled.Wait(TimeSpan.FromSeconds(30)));
            throw new InvalidOperationException("A callback that fails is nothing to who cancels.");
        });

        Assert.NotNull(budget.CancelLargest());
        cancelled.Set();

        Assert.True(await stopped.Task);
        using var next = await pool.AcquireAsync(100);
    }

    [Fact]
    public async Task A_lease_of_another_budget_cannot_be_the_earlier_one()
    {
        var foreign = Take(Pool(Budget(100), "pool", cap: 100), 10);
        var pool = Pool(Budget(100), "pool", cap: 100);

        await Assert.ThrowsAsync<ArgumentException>(async () => await pool.AcquireAsync(new LeaseRequest(1) { PartOf = foreign }));
    }

    private CancellationTokenSource Cancellable(MemoryLease lease)
    {
        var source = new CancellationTokenSource();
        _sources.Add(source);
        lease.AllowCancellation(source);
        return source;
    }
}
