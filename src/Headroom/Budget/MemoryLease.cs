namespace Headroom.Budget;

/// <summary>
/// Bytes taken from a pool. Disposing gives them back, exactly once however often and through however many copies;
/// the default value holds nothing.
/// </summary>
public readonly struct MemoryLease : IDisposable
{
    private readonly LeaseEntry? _entry;
    private readonly long _generation;

    internal MemoryLease(LeaseEntry entry)
    {
        _entry = entry;
        _generation = entry.Generation;
    }

    /// <summary>The bytes held now; zero once given back.</summary>
    public long Bytes
    {
        get
        {
            if (Budget is not { } budget)
                return 0;
            lock (budget.Lock)
                return Entry?.Bytes ?? 0;
        }
    }

    /// <summary>Whether <see cref="MemoryBudget.CancelLargest"/> has cancelled the work that holds this lease. Ask before it is given back.</summary>
    public bool WasCancelled
    {
        get
        {
            if (Budget is not { } budget)
                return false;
            lock (budget.Lock)
                return Entry is { WasCancelled: true };
        }
    }

    /// <summary>
    /// When it would make sense to ask for as much again, if this were given back now: 1 to 60 seconds, from how fast the
    /// pool's bytes come back.
    /// </summary>
    public TimeSpan RetryAfter => Pool?.EstimateWait(Bytes) ?? TimeSpan.FromSeconds(1);

    internal BudgetPool? Pool => _entry?.Pool;

    internal MemoryBudget? Budget => Pool?.Budget;

    /// <summary>The ledger's line while the lease is held, otherwise null. Under the budget's lock.</summary>
    internal LeaseEntry? Entry => _entry?.Generation == _generation ? _entry : null;

    /// <summary>Takes more, if that is possible at once and nobody waits for it; never waits.</summary>
    /// <param name="additional">How many bytes more; at least one.</param>
    /// <returns>False when there is no room, or the lease was given back.</returns>
    public bool TryGrow(long additional)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(additional, 1);
        return Budget?.TryGrow(this, additional) ?? false;
    }

    /// <summary>Gives back all but <paramref name="bytes"/>; asking for more than is held changes nothing.</summary>
    /// <param name="bytes">What to keep; not negative.</param>
    public void ShrinkTo(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Budget?.Shrink(this, bytes);
    }

    /// <summary>
    /// Lets <see cref="MemoryBudget.CancelLargest"/> cancel the work that holds this lease. Forgotten when the lease is
    /// given back; a second call takes the place of the first.
    /// </summary>
    /// <param name="work">What stops the work; it may be disposed at any time.</param>
    public void AllowCancellation(CancellationTokenSource work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Budget?.AllowCancellation(this, work);
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose() => Budget?.Return(this);
}
