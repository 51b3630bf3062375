using Headroom.Budget;

namespace Headroom.Tests.Budget;

/// <summary>What the budget promises, worked out anew from who holds what: a second opinion, written without looking at the ledger's sums.</summary>
internal sealed class BudgetOracle(long declaredCapacity, IReadOnlyList<BudgetPoolOptions> pools)
{
    private readonly long _declaredCapacity = declaredCapacity;

    public long Capacity { get; set; } = declaredCapacity;

    public long Unexplained { get; set; }

    public bool Paused { get; set; }

    /// <summary>Bytes leased, by pool.</summary>
    public long[] Leased { get; } = new long[pools.Count];

    private long Usable => Capacity - Unexplained;

    public long Cap(int pool) => Math.Min(pools[pool].Cap.Bytes, Capacity);

    public long Guaranteed(int pool)
    {
        var all = pools.Sum(p => p.Guaranteed.Bytes);
        return all <= Capacity ? pools[pool].Guaranteed.Bytes : pools[pool].Guaranteed.Bytes * Capacity / all;
    }

    public long Reserved => Enumerable.Range(0, pools.Count).Sum(p => Math.Max(Leased[p], Guaranteed(p)));

    /// <summary>Whether it could ever be granted, if everything were as declared or better.</summary>
    public bool IsPossible(int pool, long bytes) =>
        bytes <= Math.Min(pools[pool].Cap.Bytes, Math.Max(_declaredCapacity, Capacity) - pools.Where((_, p) => p != pool).Sum(p => p.Guaranteed.Bytes));

    public bool HasRoom(int pool, long bytes)
    {
        if (Leased[pool] + bytes > Cap(pool))
            return false;
        var idle = Leased[pool] == 0;
        var insideGuarantee = Leased[pool] + bytes <= Guaranteed(pool);
        var reservedWithout = Reserved - Math.Max(Leased[pool], Guaranteed(pool));
        if (reservedWithout + Math.Max(Leased[pool] + bytes, Guaranteed(pool)) <= Usable || (insideGuarantee && Leased.Sum() + bytes <= Usable))
            return !Paused || idle || (pools[pool].Priority == WorkPriority.High && insideGuarantee);
        var others = Enumerable.Range(0, pools.Count).Where(p => p != pool).Sum(Guaranteed);
        return idle && IsPossible(pool, bytes) && (Reserved > Usable || bytes + others > Usable);
    }

    /// <summary>
    /// Whether what was granted just now was there to be granted: all that is leased fits what is usable, except for
    /// leases that are the only ones of their pools, which may have been granted alone.
    /// </summary>
    public bool WasThere(IReadOnlyCollection<(int Pool, bool IsOnlyOne)> granted) =>
        granted.All(g => Leased[g.Pool] <= Cap(g.Pool))
        && (granted.All(g => g.IsOnlyOne) || Leased.Sum() - granted.Where(g => g.IsOnlyOne).Sum(g => Leased[g.Pool]) <= Usable);
}
