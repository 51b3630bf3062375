using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Metrics;
using Headroom.Pressure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Hosting;

/// <summary>Checks the plan before the first request, then samples the pressure, looks for departed clients and keeps the memory log.</summary>
internal sealed partial class MemoryService(MemoryPlanner planner, PressureMonitor pressure, DepartureWatch departures, MemoryLog log, TimeProvider time, ILogger<MemoryService> logger) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        planner.RequirePlan();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var level = pressure.Level;
        while (!stoppingToken.IsCancellationRequested)
        {
            var snapshot = pressure.Sample();
            departures.Look();
            log.Observe(snapshot, pressure.Level);
            if (pressure.Level != level)
                LogPressure(level = pressure.Level, new ByteSize(snapshot.Unreclaimable));
            await Task.Delay(pressure.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Information, "Memory pressure is {Level}: {Unreclaimable} can't be reclaimed.")]
    private partial void LogPressure(PressureLevel level, ByteSize unreclaimable);
}
