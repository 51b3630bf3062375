using Headroom.AspNetCore.Status;
using Headroom.Governing;
using Headroom.Measuring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Web.Status;

/// <summary>The status routes that the server has beside the library's, under the names that its clients know. They need no key and no lease.</summary>
public static class ServerStatus
{
    /// <summary>Maps <c>/api/health</c> and <c>/upload/ram-status</c>; the service needs <c>AddHeadroom</c>.</summary>
    public static void MapServerStatus(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var (meter, governor) = (routes.ServiceProvider.GetRequiredService<MemoryMeter>(), routes.ServiceProvider.GetRequiredService<MemoryGovernor>());
        routes.MapGet("/api/health", (RequestDelegate)StatusEndpoints.WriteHealthAsync);
        routes.MapGet("/upload/ram-status", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(
            Ram(meter, governor), WebJson.Default.RamAnswer, cancellationToken: context.RequestAborted)));
    }

    private static RamAnswer Ram(MemoryMeter meter, MemoryGovernor governor)
    {
        var limit = governor.Limit.Size.Bytes;
        var used = Math.Min(meter.Read().WorkingSet, limit);
        return new RamAnswer(Mb(used), Mb(limit), Mb(limit - used));
    }

    private static double Mb(long bytes) => Math.Round(bytes / 1048576.0, 2);
}
