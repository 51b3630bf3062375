using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Metrics;
using Headroom.Governing;
using Headroom.Limits;
using Headroom.Pressure;
using Headroom.Reclaiming;
using Headroom.Reconciling;
using Headroom.Trends;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Hosting;

/// <summary>
/// Checks the plan before the first request. Then lets the governor sample and tells the others what it saw: trend,
/// reconciliation, memory log; follows the limit, and looks for departed clients.
/// </summary>
internal sealed partial class MemoryService(
    MemoryPlanner planner,
    MemoryGovernor governor,
    IEnumerable<IMemoryReclaimer> reclaimers,
    LimitFollower follower,
    MemoryTrend trend,
    WorkObserver work,
    DepartureWatch departures,
    MemoryLog log,
    ModelLog models,
    TimeProvider time,
    ILogger<MemoryService> logger) : BackgroundService
{
    private readonly HashSet<string> _drifting = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        planner.RequirePlan();
        foreach (var reclaimer in reclaimers)
            governor.Ladder.Add(reclaimer);
        governor.LimitChanged = FollowLimit;
        governor.WorkCancelled = cancelled => LogCancelled(cancelled.Pool, cancelled.Bytes);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var level = governor.Level;
        while (!stoppingToken.IsCancellationRequested)
        {
            var snapshot = governor.Sample();
            departures.Look();
            trend.Add(snapshot.Unreclaimable, ManagedGrowth.SinceFullCollection());
            work.Sample(snapshot.Unreclaimable);
            follower.FitHeap();
            log.Observe(snapshot, governor.Level);
            models.Observe();
            if (governor.Level != level)
                LogPressure(level = governor.Level, new ByteSize(snapshot.Unreclaimable));
            WarnOfDrift();
            await Task.Delay(governor.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void FollowLimit(MemoryLimit old, MemoryLimit limit)
    {
        follower.Follow(limit.Size);
        LogLimit(old.Size, limit.Size, limit.Source);
    }

    /// <summary>Once for each kind of work, until it has come back.</summary>
    private void WarnOfDrift()
    {
        foreach (var kind in work.Kinds)
        {
            if (!kind.IsDrifting)
                _drifting.Remove(kind.Name);
            else if (_drifting.Add(kind.Name))
                LogDrift(kind.Status);
        }
    }

    [LoggerMessage(LogLevel.Information, "Memory pressure is {Level}: {Unreclaimable} can't be reclaimed.")]
    private partial void LogPressure(PressureLevel level, ByteSize unreclaimable);

    [LoggerMessage(
        LogLevel.Warning,
        "The memory limit changed from {Old} to {Limit} ({Source}). Leases, waiting requests and the managed heap follow it; the plan is not checked again.")]
    private partial void LogLimit(ByteSize old, ByteSize limit, string source);

    [LoggerMessage(LogLevel.Warning, "Memory was about to run out: work of pool «{Pool}» that held {Bytes} was cancelled.")]
    private partial void LogCancelled(string pool, ByteSize bytes);

    [LoggerMessage(LogLevel.Warning, "An estimate is off. {Kind}")]
    private partial void LogDrift(WorkKindStatus kind);
}
