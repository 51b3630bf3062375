using Headroom.Budget;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;

namespace Headroom.AspNetCore.Status;

/// <summary>Puts limit, measurements and ledger into the answers of the memory endpoints.</summary>
internal sealed class MemoryReport(MemoryLimit limit, MemoryMeter meter, MemoryBudget budget, MemoryGovernor governor, ServiceHealth health, MarginOfPlan margin)
{
    public MemoryAnswer Memory()
    {
        var breakdown = MemoryBreakdown.Read(meter);
        var now = breakdown.Snapshot;
        var used = Math.Min(now.WorkingSet, limit.Size.Bytes);
        var leased = budget.Leased;
        return new MemoryAnswer(
            new SystemMemory(Mb(limit.Size.Bytes), Mb(limit.Size.Bytes - used), Mb(used), Math.Round(100.0 * used / limit.Size.Bytes, 1)),
            new ProcessMemory(Mb(now.Rss), Mb(now.Anonymous), Mb(now.File), Mb(now.GcHeap), Mb(now.GcLimit)),
            new BudgetMemory(Mb(limit.Size.Bytes), Mb(margin.Size.Bytes), Mb(leased.Bytes), Mb(budget.Capacity.Bytes - leased.Bytes), governor.Level.ToString().ToLowerInvariant(), [.. budget.Pools.Select(p => Pool(p.GetStatus()))]),
            [.. breakdown.Parts.Select(p => new PartMemory(p.Name, Mb(p.Bytes)))],
            Mb(breakdown.Unexplained),
            Mb(now.WorkingSet),
            Mb(now.Unreclaimable),
            new ModelMemory(Mb(now.Rss), health.ModelLoaded));
    }

    public RamAnswer Ram()
    {
        var used = Math.Min(meter.Read().WorkingSet, limit.Size.Bytes);
        return new RamAnswer(Mb(used), Mb(limit.Size.Bytes), Mb(limit.Size.Bytes - used));
    }

    public GcAnswer Gc()
    {
        var now = meter.Read();
        return new GcAnswer(
            limit.Size.Bytes, now.Unreclaimable, now.WorkingSet, now.Rss, now.Anonymous, now.File, now.GcHeap, now.GcCommitted, now.GcLimit,
            GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
    }

    private static PoolMemory Pool(MemoryPoolStatus pool) =>
        new(pool.Name, Mb(pool.Cap.Bytes), Mb(pool.Leased.Bytes), Mb(pool.Peak.Bytes), pool.Waiting, pool.Granted, pool.Refused);

    /// <summary>Two decimals: parts still sum up to what they are parts of within a hundredth each.</summary>
    private static double Mb(long bytes) => Math.Round(bytes / 1048576.0, 2);
}

/// <summary>The safety margin of the plan.</summary>
internal sealed record MarginOfPlan(ByteSize Size);
