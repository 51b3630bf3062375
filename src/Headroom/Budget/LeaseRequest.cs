namespace Headroom.Budget;

/// <summary>What is asked of a pool, where the number of bytes alone doesn't say it all.</summary>
/// <param name="Bytes">How many; at least one.</param>
public readonly record struct LeaseRequest(long Bytes)
{
    /// <summary>How long this request may wait before it is refused: zero to one day; null for as long as the pool allows.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>
    /// An earlier lease, of any pool of the budget, for the same piece of work: when the largest work is looked for, its
    /// leases count together. The default value, or a lease that was given back, starts a new piece of work.
    /// </summary>
    public MemoryLease PartOf { get; init; }
}
