using Headroom.AspNetCore.Hosting;
using Headroom.AspNetCore.Metrics;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.AspNetCore.Status;

/// <summary>The routes that say how the service is. They need no key and no lease: they answer whatever happens.</summary>
public static class StatusEndpoints
{
    /// <summary>Maps <c>/health</c> and its kin, <c>/model-status</c>, <c>/memory-status</c>, <c>/metrics</c>; tells the plan about all routes.</summary>
    public static void MapHeadroom(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<MemoryPlanner>().Include(routes.DataSources);
        var health = routes.ServiceProvider.GetRequiredService<ServiceHealth>();
        var memory = routes.ServiceProvider.GetRequiredService<MemoryReport>();
        routes.MapGet("/health", (RequestDelegate)(context => Write(context, health.Health())));
        routes.MapGet("/health/live", (RequestDelegate)(context => Write(context, new ProbeAnswer("live"))));
        routes.MapGet("/health/ready", (RequestDelegate)(context => WriteReadyAsync(context, health)));
        routes.MapGet("/model-status", (RequestDelegate)(context => Write(context, health.ModelStatus())));
        routes.MapGet("/memory-status", (RequestDelegate)(context => Write(context, memory.Memory())));
        routes.MapGet("/health/memory", (RequestDelegate)(context => Write(context, memory.Gc())));
        routes.ServiceProvider.GetRequiredService<MemoryMetrics>().Publish();
        var metrics = routes.ServiceProvider.GetRequiredService<MetricsExporter>();
        routes.MapGet("/metrics", (RequestDelegate)(context => Write(context, metrics)));
    }

    /// <summary>Answers what <c>/health</c> does: for a service that has it under another path, too.</summary>
    /// <param name="context">The request, in a service with <c>AddHeadroom</c>.</param>
    public static Task WriteHealthAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Write(context, context.RequestServices.GetRequiredService<ServiceHealth>().Health());
    }

    private static async Task Write(HttpContext context, MetricsExporter metrics)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        metrics.Write(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task WriteReadyAsync(HttpContext context, ServiceHealth health)
    {
        var reason = health.NotReady();
        foreach (var other in context.RequestServices.GetServices<IReadiness>())
            reason ??= await other.NotReadyAsync(context.RequestAborted).ConfigureAwait(false);
        if (reason is null)
            await Write(context, new ProbeAnswer("ready")).ConfigureAwait(false);
        else
            await Problem.Unavailable("not-ready", reason, TimeSpan.FromSeconds(1)).ExecuteAsync(context).ConfigureAwait(false);
    }

    internal static Task Write<T>(HttpContext context, T answer) => context.Response.WriteAsJsonAsync(answer, typeof(T), StatusJson.Default);
}
