using Headroom.AspNetCore.Hosting;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Reclaiming;
using Headroom.Reconciling;
using Headroom.Trends;

namespace Headroom.AspNetCore.Status;

/// <summary>Puts limit, measurements and ledger into the answers of the memory endpoints.</summary>
internal sealed class MemoryReport(
    MemoryMeter meter,
    MemoryBudget budget,
    MemoryGovernor governor,
    MemoryTrend trend,
    WorkObserver work,
    HeadroomBuilder declared,
    IEnumerable<MemoryPartSource> counted,
    IEnumerable<MemoryStatusMember> members)
{
    public MemoryAnswer Memory()
    {
        var limit = governor.Limit.Size;
        var breakdown = MemoryBreakdown.Read(meter, counted);
        var now = breakdown.Snapshot;
        var used = Math.Min(now.WorkingSet, limit.Bytes);
        return new MemoryAnswer(
            new SystemMemory(Mb(limit.Bytes), Mb(limit.Bytes - used), Mb(used), Math.Round(100.0 * used / limit.Bytes, 1)),
            new ProcessMemory(Mb(now.Rss), Mb(now.Anonymous), Mb(now.File), Mb(now.GcHeap), Mb(now.GcLimit)),
            Budget(limit),
            [.. breakdown.Parts.Select(p => new PartMemory(p.Name, Mb(p.Bytes)))],
            Mb(breakdown.Unexplained),
            Mb(now.WorkingSet),
            Mb(now.Unreclaimable),
            Trend(trend.Read(limit)),
            new PressureMemory(
                Lower(governor.Level), Math.Round(governor.Scale, 3), governor.Thrashing.IsThrashing, [.. governor.Ladder.Status.Select(Reclaimer)]),
            [.. work.Kinds.Select(k => Work(k.Status))])
        {
            Others = members.ToDictionary(m => m.Name, m => m.Read(now), StringComparer.Ordinal),
        };
    }

    public GcAnswer Gc()
    {
        var now = meter.Read();
        return new GcAnswer(
            governor.Limit.Size.Bytes, now.Unreclaimable, now.WorkingSet, now.Rss, now.Anonymous, now.File, now.GcHeap, now.GcCommitted, now.GcLimit,
            GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
    }

    private BudgetMemory Budget(ByteSize limit)
    {
        var leased = budget.Leased;
        return new BudgetMemory(
            Mb(limit.Bytes), Mb(declared.MarginUnder(limit).Bytes), Mb(leased.Bytes), Mb(Math.Max(0, (budget.Capacity - leased - governor.Unexplained).Bytes)),
            Mb(governor.Unexplained.Bytes), Lower(governor.Level), [.. budget.Pools.Select(p => Pool(p.GetStatus()))]);
    }

    private static TrendMemory Trend(in TrendStatus trend) => new(
        Lower(trend.Kind),
        Math.Round(trend.BytesPerSecond * 3600 / 1048576, 2),
        Mb(trend.Floor.Bytes),
        trend.TimeToLimit is { } time ? Math.Round(Math.Min(time.TotalSeconds, 1e9)) : null,
        trend.ToString());

    private static ReclaimerMemory Reclaimer(ReclaimerStatus reclaimer) => new(
        reclaimer.Name, reclaimer.Rung.ToString(), reclaimer.Runs, reclaimer.Ineffective,
        Mb(reclaimer.Returned.Bytes), Mb(reclaimer.LastReturned.Bytes), reclaimer.LastRun, reclaimer.Error);

    private static WorkMemory Work(in WorkKindStatus kind) => new(
        kind.Name, kind.Observations, Math.Round(kind.Factor, 3), Mb(kind.EstimatedMean.Bytes),
        Mb(kind.ObservedMean.Bytes), Mb(kind.ObservedP95.Bytes), Math.Round(kind.Drift, 3), kind.Drifting);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static PoolMemory Pool(BudgetPoolStatus pool) =>
        new(pool.Name, Mb(pool.Cap.Bytes), Mb(pool.Leased.Bytes), Mb(pool.Peak.Bytes), pool.Waiting, pool.Granted, pool.Refused);

    /// <summary>Two decimals: parts still sum up to what they are parts of within a hundredth each.</summary>
    private static double Mb(long bytes) => Math.Round(bytes / 1048576.0, 2);
}
