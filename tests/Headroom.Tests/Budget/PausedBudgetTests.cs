using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class PausedBudgetTests : BudgetFixture
{
    [Fact]
    public void While_paused_a_pool_that_has_nothing_leased_gets_one_lease_at_a_time()
    {
        var budget = Budget(100);
        var (a, b) = (Pool(budget, "a", cap: 100), Pool(budget, "b", cap: 100));
        budget.Paused = true;

        var first = Take(a, 10);
        CannotTake(a, 10);
        using var other = Take(b, 10);
        first.Dispose();
        using var second = Take(a, 10);
    }

    [Fact]
    public void While_paused_what_others_cant_go_on_without_is_still_granted_inside_its_guarantee()
    {
        var budget = Budget(100);
        var models = budget.AddPool(new BudgetPoolOptions("models", new ByteSize(50)) { Guaranteed = new ByteSize(20), Priority = WorkPriority.High });
        budget.Paused = true;

        using var detector = Take(models, 10);
        using var embedder = Take(models, 10);
        CannotTake(models, 1);
    }

    [Fact]
    public async Task While_paused_nothing_is_granted_that_is_not_measured_to_be_free()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        (budget.RoomWhilePaused, budget.Paused) = (new ByteSize(10), true);

        CannotTake(pool, 11);
        Take(pool, 10).Dispose();
        var waiting = Queue(pool, 11);
        budget.RoomWhilePaused = new ByteSize(12);
        (await waiting).Dispose();
        budget.RoomWhilePaused = ByteSize.Zero;
        CannotTake(pool, 1);
        budget.Paused = false;
        Take(pool, 90).Dispose();
    }

    [Fact]
    public void A_single_lease_beyond_the_ledger_needs_measured_room_too()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        budget.Unexplained = new ByteSize(95);
        (budget.RoomWhilePaused, budget.Paused) = (new ByteSize(20), true);

        CannotTake(pool, 21);
        Take(pool, 20).Dispose();
        budget.RoomWhilePaused = ByteSize.Zero;
        CannotTake(pool, 1);
        budget.Paused = false;
        Take(pool, 21).Dispose();
    }

    [Fact]
    public void What_others_need_first_needs_measured_room_too()
    {
        var budget = Budget(100);
        var models = budget.AddPool(new BudgetPoolOptions("models", new ByteSize(50)) { Guaranteed = new ByteSize(50), Priority = WorkPriority.High });
        (budget.RoomWhilePaused, budget.Paused) = (new ByteSize(20), true);

        using var first = Take(models, 20);
        using var second = Take(models, 20);
        CannotTake(models, 21);
        budget.RoomWhilePaused = new ByteSize(5);
        CannotTake(models, 6);
    }

    [Fact]
    public void While_paused_nothing_is_added_to_what_runs()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        using var lease = Take(pool, 10);
        budget.Paused = true;

        Assert.False(lease.TryGrow(1));
        lease.ShrinkTo(5);
        Assert.False(lease.TryGrow(1));
        Assert.Equal(5, lease.Bytes);
    }

    [Fact]
    public async Task While_paused_the_line_goes_on_one_by_one_and_all_that_fit_go_when_it_ends()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        var running = Take(pool, 10);
        budget.Paused = true;
        var waiting = Enumerable.Range(0, 4).Select(_ => Queue(pool, 10)).ToList();

        running.Dispose();
        using var first = await waiting[0];
        Assert.Equal((10, 3), (Leased(pool), Waiting(pool)));

        budget.Paused = false;
        await Task.WhenAll(waiting);
        Assert.Equal((40, 0), (Leased(pool), Waiting(pool)));
    }

    [Fact]
    public void A_pause_that_ends_does_not_let_a_newcomer_pass_the_line()
    {
        var budget = Budget(100);
        var pool = Pool(budget, "pool", cap: 100);
        using var running = Take(pool, 50);
        budget.Paused = true;
        _ = Queue(pool, 60);

        budget.Paused = false;

        CannotTake(pool, 10);
    }
}
