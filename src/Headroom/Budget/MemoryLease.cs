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
    public long Bytes => _entry?.Pool.Budget.HeldBy(_entry, _generation) ?? 0;

    /// <summary>Takes more, if that is possible at once and nobody waits for it; never waits.</summary>
    /// <param name="additional">How many bytes more; at least one.</param>
    /// <returns>False when there is no room, or the lease was given back.</returns>
    public bool TryGrow(long additional)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(additional, 1);
        return _entry?.Pool.Budget.TryGrow(_entry, _generation, additional) ?? false;
    }

    /// <summary>Gives back all but <paramref name="bytes"/>; asking for more than is held changes nothing.</summary>
    /// <param name="bytes">What to keep; not negative.</param>
    public void ShrinkTo(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _entry?.Pool.Budget.Shrink(_entry, _generation, bytes);
    }

    /// <summary>Lets <see cref="MemoryBudget.CancelLargest"/> cancel the work that this lease is for.</summary>
    public void AllowCancellation(CancellationTokenSource work) => _entry?.Pool.Budget.AllowCancellation(this, work);

    /// <summary>Gives everything back.</summary>
    public void Dispose() => _entry?.Pool.Budget.Return(_entry, _generation);
}

/// <summary>
/// The ledger's line behind a lease, reused: a lease is valid only while the generation it was made with still stands.
/// All fields are guarded by the budget's lock.
/// </summary>
internal sealed class LeaseEntry(MemoryPool pool)
{
    public MemoryPool Pool = pool;
    public long Bytes;
    public long Generation;
    public LeaseEntry? NextFree;
}
