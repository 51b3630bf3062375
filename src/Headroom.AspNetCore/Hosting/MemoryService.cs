using Headroom.AspNetCore.Admission;
using Headroom.Pressure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Hosting;

/// <summary>Checks the plan before the first request, then samples the pressure and looks for departed clients.</summary>
internal sealed partial class MemoryService(MemoryPlanner planner, MemoryGovernor governor, DepartureWatch departures, TimeProvider time, ILogger<MemoryService> logger) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        planner.RequirePlan();
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
}
