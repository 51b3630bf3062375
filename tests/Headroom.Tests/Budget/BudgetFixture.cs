using Headroom.Budget;

namespace Headroom.Tests.Budget;

/// <summary>What the budget's tests share: a budget on a clock of its own, and words for what happens to it.</summary>
public abstract class BudgetFixture
{
    /// <summary>Far longer than any grant takes: who is forgotten in line fails the test instead of hanging it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private protected FakeClock Clock { get; } = new();

    private protected MemoryBudget Budget(long capacity) => new(new ByteSize(capacity), Clock);

    private protected static BudgetPool Pool(
        MemoryBudget budget, string name, long cap, long guaranteed = 0, int maxWaiting = 2048, int maxWaitSeconds = 120) =>
        budget.AddPool(new BudgetPoolOptions(name, new ByteSize(cap))
        {
            Guaranteed = new ByteSize(guaranteed),
            MaxWaiting = maxWaiting,
            MaxWait = TimeSpan.FromSeconds(maxWaitSeconds),
        });

    private protected static MemoryLease Take(BudgetPool pool, long bytes)
    {
        Assert.True(pool.TryAcquire(bytes, out var lease), $"{bytes} bytes should be free in {pool.GetStatus()}.");
        return lease;
    }

    private protected static void CannotTake(BudgetPool pool, long bytes) =>
        Assert.False(pool.TryAcquire(bytes, out _), $"{bytes} bytes should not be free in {pool.GetStatus()}.");

    private protected static long Leased(BudgetPool pool) => pool.GetStatus().Leased.Bytes;

    private protected static int Waiting(BudgetPool pool) => pool.GetStatus().Waiting;

    /// <summary>Asks in line and checks that it has to wait.</summary>
    private protected static Task<MemoryLease> Queue(BudgetPool pool, long bytes, CancellationToken cancellationToken = default)
    {
        var before = Waiting(pool);
        var task = pool.AcquireAsync(bytes, cancellationToken).AsTask();
        Assert.Equal(before + 1, Waiting(pool));
        return task.WaitAsync(Patience, CancellationToken.None);
    }

    private protected static async Task<MemoryLeaseRefusedException> Refused(ValueTask<MemoryLease> asked) =>
        await Assert.ThrowsAsync<MemoryLeaseRefusedException>(async () => await asked);
}
