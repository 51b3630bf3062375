using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Hosting;
using Headroom.AspNetCore.Metrics;
using Headroom.AspNetCore.Status;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Reclaiming;
using Headroom.Reconciling;
using Headroom.Residents;
using Headroom.Trends;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Headroom.AspNetCore;

/// <summary>Puts a service under a memory budget.</summary>
public static class HeadroomHostingExtensions
{
    /// <summary>
    /// Detects the limit, makes the budget and its pools, sets up Kestrel so that waiting requests are cheap, and
    /// checks the plan before the service starts: it refuses to start when the plan does not fit.
    /// </summary>
    /// <param name="builder">The application's builder; its configuration section «Headroom» is read.</param>
    /// <param name="declare">Declares pools and long-lived costs.</param>
    public static IHostApplicationBuilder AddHeadroom(this IHostApplicationBuilder builder, Action<HeadroomBuilder> declare)
    {
        var declared = new HeadroomBuilder(builder.Configuration);
        declare(declared);

        var services = builder.Services;
        var budget = MakeBudget(declared);
        var meter = new MemoryMeter(declared.Limit);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(declared);
        services.AddSingleton(budget);
        services.AddSingleton(meter);
        services.AddSingleton(
            p => new MemoryGovernor(meter, budget, declared.ReadLimit, () => declared.UnleasedWith(budget.Waiting), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IMemoryReclaimer, HeapCompaction>();
        services.AddSingleton<IMemoryReclaimer, IdleModelUnload>();
        services.AddSingleton(p => new MemoryTrend(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new WorkObserver(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new MemoryPlanner(declared));
        services.AddSingleton<DepartureWatch>();
        services.AddSingleton<BodyDisposal>();
        services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlocks>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<WaitingRoom>(p, declared.MaxWaiting, declared.MaxWait));
        services.AddSingleton<LimitFollower>();
        services.AddSingleton<ServiceHealth>();
        services.AddSingleton<MemoryReport>();
        services.AddMetrics();
        services.AddSingleton(MemoryMetrics.LeaseWaits(budget));
        services.AddSingleton<MemoryMetrics>();
        services.AddSingleton<MetricsExporter>();
        services.AddSingleton<MemoryLog>();
        services.AddSingleton<ModelLog>();
        services.AddSingleton<IStartupFilter, RequestCounter>();
        services.AddHostedService<MemoryService>();
        services.AddProblemDetails();
        services.Configure<SocketTransportOptions>(WaitingSockets.Configure);
        services.Configure<KestrelServerOptions>(options => WaitingSockets.Configure(options, declared.MaxWaiting));
        HeapLimit.TryApply(declared.Limit.Size);
        return builder;
    }

    /// <summary>
    /// When even the guarantees don't fit there is no budget to make; one that holds them lets the plan say so with
    /// its table instead of an exception about a pool.
    /// </summary>
    private static MemoryBudget MakeBudget(HeadroomBuilder declared)
    {
        var guaranteed = new ByteSize(declared.Pools.Sum(p => p.Guaranteed.Bytes));
        var budget = new MemoryBudget(ByteSize.Max(declared.Leasable, guaranteed)) { Fault = declared.LeaseFault };
        foreach (var pool in declared.Pools)
            budget.AddPool(pool with { Cap = ByteSize.Max(pool.Guaranteed, pool.Cap) });
        return budget;
    }
}
