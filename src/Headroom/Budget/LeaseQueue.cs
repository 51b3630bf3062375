namespace Headroom.Budget;

/// <summary>
/// Who is granted next. Requests are served by the priority of their pools, and in order of arrival among equals, over all
/// pools. One that fits may pass others that don't, or that came earlier to a pool of lower priority, but everyone who
/// competes for the same bytes is passed at most <see cref="MaxPasses"/> times (of those who could go and wait only for
/// their turn, the first in line counts); then all bytes that come back are kept for them. So small requests flow around a
/// large one, important ones before the rest, and nobody starves. Guarded by the budget's lock.
/// </summary>
internal sealed class LeaseQueue(Ledger ledger, WaitDeadlines deadlines)
{
    /// <summary>How many may go before someone whose turn it would be.</summary>
    internal const int MaxPasses = 8;

    /// <summary>How many that can't go a grant looks at in each pool's line; bounds the work under the lock.</summary>
    private const int LookAhead = MaxPasses + 1;

    private readonly List<LeaseWaiter> _skipped = [];
    private WorkPriority _top;
    private int _count;

    // Whether anyone whom a grant looks at lacks room in the whole budget, not only in a pool.
    private bool _budgetIsAwaited;

    /// <summary>How many wait.</summary>
    public int Count => _count;

    private bool IsEmpty => _count == 0;

    /// <summary>Whether a request may take bytes although others wait: only if it competes with none of them.</summary>
    public bool MayPass(BudgetPool pool, long bytes) =>
        IsEmpty || (pool.Line.Count == 0 && ledger.FitsBudget(pool, bytes) && (!_budgetIsAwaited || pool.CostOf(bytes) == 0));

    /// <summary>Puts someone in line. Those before it could not go a moment ago, so only the newcomer may make a difference.</summary>
    public void Enter(LeaseWaiter waiter, ref SettledWaiters settled)
    {
        var line = waiter.Pool.Line;
        if (line.Count == 0)
            waiter.Pool.Drain.Restart();
        line.Add(waiter);
        _count++;
        if (ledger.HasRoom(waiter.Pool, waiter.Bytes))
            Grant(ref settled);
        else if (line.Count <= LookAhead)
            _budgetIsAwaited |= ledger.AwaitsBudget(waiter.Pool, waiter.Bytes);
    }

    /// <summary>Takes someone out of line.</summary>
    /// <returns>False when they are not in it any more: granted, timed out or cancelled.</returns>
    public bool Remove(LeaseWaiter waiter)
    {
        if (!waiter.InLine)
            return false;
        waiter.Pool.Line.Remove(waiter);
        _count--;
        return true;
    }

    /// <summary>Refuses everyone whose time is over.</summary>
    /// <returns>When the next one's time is over; <see cref="TimeSpan.MaxValue"/> when nobody waits.</returns>
    public TimeSpan RefuseOverdue(TimeSpan now, ref SettledWaiters settled)
    {
        var next = TimeSpan.MaxValue;
        foreach (var pool in ledger.Pools)
        {
            for (var (waiter, behind) = (pool.Line.First, pool.Line.First?.Next); waiter is not null; (waiter, behind) = (behind, behind?.Next))
            {
                if (waiter.Deadline > now)
                {
                    next = waiter.Deadline < next ? waiter.Deadline : next;
                    continue;
                }
                Remove(waiter);
                waiter.Refuse(pool.TimedOut(waiter.Bytes, waiter.MaxWait));
                settled.Add(waiter);
            }
        }
        return next;
    }

    /// <summary>Grants everyone who may go now.</summary>
    public void Grant(ref SettledWaiters settled)
    {
        if (IsEmpty)
            return;
        bool wasOverdrawn;
        do
        {
            wasOverdrawn = ledger.IsOverdrawn;
            Search(ref settled);
        }
        // A single lease may have overdrawn the ledger; then other idle pools go on with a single lease, too.
        while (!wasOverdrawn && ledger.IsOverdrawn);
    }

    private void Search(ref SettledWaiters settled)
    {
        _skipped.Clear();
        _budgetIsAwaited = false;
        _top = WorkPriority.Low;
        foreach (var pool in ledger.Pools)
        {
            pool.Skipped = 0;
            LookAt(pool, pool.Line.First);
            if (pool.Cursor is not null && pool.Options.Priority > _top)
                _top = pool.Options.Priority;
        }

        while (Next() is { } waiter)
        {
            LookAt(waiter.Pool, waiter.Next);
            if (ledger.HasRoom(waiter.Pool, waiter.Bytes) && MayPassSkipped(waiter))
                Serve(waiter, ref settled);
            else
                Skip(waiter);
        }
    }

    /// <summary>Goes on to the first who is not too large as things are: they wait for the capacity, not for others.</summary>
    private static void LookAt(BudgetPool pool, LeaseWaiter? waiter)
    {
        while (waiter is not null && Ledger.IsTooLargeNow(pool, waiter.Bytes))
            waiter = waiter.Next;
        pool.Cursor = waiter;
    }

    private LeaseWaiter? Next()
    {
        LeaseWaiter? next = null;
        foreach (var pool in ledger.Pools)
        {
            if (pool.Cursor is { } waiter && !pool.IsFull && (next is null || GoesBefore(waiter, next)))
                next = waiter;
        }
        return next;
    }

    private bool GoesBefore(LeaseWaiter one, LeaseWaiter other)
    {
        var (priority, otherPriority) = (PriorityOf(one), PriorityOf(other));
        return priority == otherPriority ? one.Arrival < other.Arrival : priority > otherPriority;
    }

    private WorkPriority PriorityOf(LeaseWaiter waiter) => waiter.Passed >= MaxPasses ? _top : waiter.Pool.Options.Priority;

    private bool MayPassSkipped(LeaseWaiter waiter)
    {
        if (_skipped.Count == 0)
            return true;
        var (shares, alone) = (TakesFromBudget(waiter), !ledger.FitsBudget(waiter.Pool, waiter.Bytes));
        foreach (var skipped in _skipped)
        {
            if (Competes(skipped, waiter, shares) && (skipped.Passed >= MaxPasses || (alone && skipped.Pool == waiter.Pool)))
                return false;
        }
        return true;
    }

    private void Serve(LeaseWaiter waiter, ref SettledWaiters settled)
    {
        if (_skipped.Count > 0 || ledger.Pools.Length > 1)
            CountPasses(waiter);
        Remove(waiter);
        waiter.Grant(ledger.Take(waiter.Pool, waiter.Bytes, waiter.PartOf));
        waiter.Pool.Waits.Add(deadlines.Now - waiter.Since);
        settled.Add(waiter);
    }

    /// <summary>Counts the pass for those who had their turn, and for those who came earlier and have it later, for their pool's priority is lower.</summary>
    private void CountPasses(LeaseWaiter waiter)
    {
        var shares = TakesFromBudget(waiter);
        foreach (var skipped in _skipped)
        {
            if (Competes(skipped, waiter, shares))
                skipped.Passed++;
        }
        if (!shares)
            return;
        foreach (var pool in ledger.Pools)
        {
            if (pool != waiter.Pool
                && pool.Cursor is { } earlier
                && earlier.Arrival < waiter.Arrival
                && Ledger.FitsPool(pool, earlier.Bytes)
                && pool.CostOf(earlier.Bytes) > 0)
                earlier.Passed++;
        }
    }

    private void Skip(LeaseWaiter waiter)
    {
        waiter.AwaitsBudget = ledger.AwaitsBudget(waiter.Pool, waiter.Bytes);
        _budgetIsAwaited |= waiter.AwaitsBudget;
        _skipped.Add(waiter);
        if (++waiter.Pool.Skipped == LookAhead)
            waiter.Pool.Cursor = null;
    }

    /// <summary>Whether the grant takes bytes that all pools share. A single lease that overdraws the ledger doesn't: they are not there for anyone.</summary>
    private bool TakesFromBudget(LeaseWaiter waiter) =>
        waiter.Pool.CostOf(waiter.Bytes) > 0 && ledger.FitsBudget(waiter.Pool, waiter.Bytes);

    /// <summary>Whether bytes that go to the one are missing for the one that was skipped: same pool, or both need the shared budget.</summary>
    private static bool Competes(LeaseWaiter skipped, LeaseWaiter other, bool shares) =>
        skipped.Pool == other.Pool || (shares && skipped.AwaitsBudget);
}
