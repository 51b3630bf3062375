namespace Headroom.Budget;

/// <summary>
/// Who is granted next. Requests are served in order of arrival over all pools. One that fits may pass older ones that
/// don't, but every older one that competes for the same bytes is passed at most <see cref="MaxPasses"/> times; then
/// all bytes that come back are kept for it. So small requests flow around a large one and the large one can't starve.
/// Guarded by the budget's lock.
/// </summary>
internal sealed class LeaseQueue(MemoryBudget budget)
{
    /// <summary>How many younger requests may go before an older one.</summary>
    internal const int MaxPasses = 8;

    /// <summary>How deep into each pool's line a grant looks; bounds the work under the lock.</summary>
    private const int LookAhead = MaxPasses + 1;

    private readonly List<LeaseWaiter> _skipped = [];
    private int _count;

    public bool IsEmpty => _count == 0;

    public void Add(LeaseWaiter waiter)
    {
        if (waiter.Pool.Queue.Count == 0)
            waiter.Pool.Drain.Restart();
        waiter.Node = waiter.Pool.Queue.AddLast(waiter);
        waiter.Pool.WaitingBytes += waiter.Bytes;
        _count++;
    }

    /// <summary>Takes someone out of line.</summary>
    /// <returns>False when they are not in it any more: granted, timed out or cancelled.</returns>
    public bool Remove(LeaseWaiter waiter)
    {
        if (waiter.Node is null)
            return false;
        waiter.Pool.Queue.Remove(waiter.Node);
        waiter.Node = null;
        waiter.Pool.WaitingBytes -= waiter.Bytes;
        _count--;
        return true;
    }

    /// <summary>Whether a request may take bytes although others wait: only if it competes with none of them.</summary>
    public bool MayEnter(MemoryPool pool, long bytes) =>
        IsEmpty || (pool.Queue.Count == 0 && (pool.CostOf(bytes) <= 0 || !BudgetIsAwaited()));

    /// <summary>Grants everyone who may go now.</summary>
    public void Grant()
    {
        if (IsEmpty)
            return;
        _skipped.Clear();
        foreach (var pool in budget.PoolList)
            (pool.Cursor, pool.LookedAt) = (pool.Queue.First, 0);

        while (OldestAtCursor() is { } waiter)
        {
            var pool = waiter.Pool;
            pool.Cursor = ++pool.LookedAt < LookAhead ? pool.Cursor!.Next : null;
            if (budget.HasRoom(pool, waiter.Bytes) && MayPassSkipped(waiter))
            {
                foreach (var older in _skipped)
                {
                    if (Competes(older, waiter))
                        older.Passed++;
                }
                Remove(waiter);
                waiter.TrySetResult(budget.Take(pool, waiter.Bytes));
            }
            else
            {
                waiter.BlockedByBudget = MemoryBudget.FitsPool(pool, waiter.Bytes) && !budget.FitsBudget(pool, waiter.Bytes);
                _skipped.Add(waiter);
            }
        }
    }

    /// <summary>Whether anyone whom a grant would look at lacks room in the whole budget, not only in a pool.</summary>
    private bool BudgetIsAwaited()
    {
        foreach (var pool in budget.PoolList)
        {
            var node = pool.Queue.First;
            for (var at = 0; at < LookAhead && node is not null; at++, node = node.Next)
            {
                if (node.Value.BlockedByBudget)
                    return true;
            }
        }
        return false;
    }

    private LeaseWaiter? OldestAtCursor()
    {
        LeaseWaiter? oldest = null;
        foreach (var pool in budget.PoolList)
        {
            if (pool.Cursor?.Value is { } waiter && (oldest is null || waiter.Arrival < oldest.Arrival))
                oldest = waiter;
        }
        return oldest;
    }

    private bool MayPassSkipped(LeaseWaiter younger)
    {
        foreach (var older in _skipped)
        {
            if (older.Passed >= MaxPasses && Competes(older, younger))
                return false;
        }
        return true;
    }

    /// <summary>Whether bytes that go to the younger are missing for the older: same pool, or both need the shared budget.</summary>
    private static bool Competes(LeaseWaiter older, LeaseWaiter younger) =>
        older.Pool == younger.Pool || (older.BlockedByBudget && younger.Pool.CostOf(younger.Bytes) > 0);
}
