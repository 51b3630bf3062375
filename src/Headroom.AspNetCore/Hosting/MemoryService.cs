using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Metrics;
using Headroom.Limits;
using Headroom.Pressure;
using Headroom.Reclaiming;
using Headroom.Reconciling;
using Headroom.Trends;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Hosting;

/// <summary>Checks the plan before the first request, then samples the pressure and looks for departed clients.</summary>
internal sealed partial class MemoryService(MemoryPlanner planner, MemoryGovernor governor, DepartureWatch departures, TimeProvider time, ILogger<MemoryService> logger) : BackgroundService
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
            if (governor.Level != level)
                LogPressure(level = governor.Level, new ByteSize(snapshot.Unreclaimable));
            await Task.Delay(governor.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Information, "Memory pressure is {Level}: {Unreclaimable} can't be reclaimed.")]
    private partial void LogPressure(PressureLevel level, ByteSize unreclaimable);

    [LoggerMessage(LogLevel.Warning, "The memory limit changed from {Old} to {Limit} ({Source}). Leases, waiting requests and the managed heap follow it; the plan is not checked again.")]
    private partial void LogLimit(ByteSize old, ByteSize limit, string source);

    [LoggerMessage(LogLevel.Warning, "Memory was about to run out: work of pool «{Pool}» that held {Bytes} was cancelled.")]
    private partial void LogCancelled(string pool, ByteSize bytes);

    [LoggerMessage(LogLevel.Warning, "An estimate is off. {Kind}")]
    private partial void LogDrift(WorkKindStatus kind);
}
