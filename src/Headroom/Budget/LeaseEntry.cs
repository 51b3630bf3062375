namespace Headroom.Budget;

/// <summary>
/// The ledger's line behind a lease, reused: a lease is valid only while the generation it was made with still stands.
/// All fields are guarded by the budget's lock.
/// </summary>
internal sealed class LeaseEntry
{
    public BudgetPool Pool;
    public long Bytes;
    public long Generation;
    public LeaseEntry? NextFree;

    /// <summary>Stops the work that holds the lease.</summary>
    public CancellationTokenSource? Cancellation;

    /// <summary>The last generation whose work was cancelled.</summary>
    public long CancelledGeneration = -1;

    // The leases of one piece of work form a ring; most are alone in theirs.
    private LeaseEntry _next;
    private LeaseEntry _previous;

    public LeaseEntry(BudgetPool pool)
    {
        Pool = pool;
        _next = _previous = this;
    }

    public bool WasCancelled => CancelledGeneration == Generation;

    /// <summary>Becomes part of another lease's work, with its fate.</summary>
    public void Join(LeaseEntry other)
    {
        if (other.WasCancelled)
            CancelledGeneration = Generation;
        (_next, _previous) = (other._next, other);
        _next._previous = other._next = this;
    }

    /// <summary>Leaves its work to the leases that remain.</summary>
    public void Leave()
    {
        if (_next == this)
            return;
        (_previous._next, _next._previous) = (_next, _previous);
        _next = _previous = this;
    }

    /// <summary>Every lease of the same work, this one first.</summary>
    public IEnumerable<LeaseEntry> Work()
    {
        yield return this;
        for (var part = _next; part != this; part = part._next)
            yield return part;
    }
}
