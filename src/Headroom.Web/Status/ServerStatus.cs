using System.Text.Json;
using Headroom.AspNetCore.Status;
using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Residents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Web.Status;

/// <summary>The status routes that the server has beside the library's, under the names that its clients know. They need no key and no lease.</summary>
public static class ServerStatus
{
    /// <summary>Adds <c>vector_search_memory</c> to what <c>/memory-status</c> answers: some clients know this member only.</summary>
    public static void AddServerStatus(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(p => new MemoryStatusMember("vector_search_memory", now => Models(now, p.GetServices<IModelSlot>())));
    }

    /// <summary>Maps <c>/api/health</c> and <c>/upload/ram-status</c>; the service needs <c>AddHeadroom</c>.</summary>
    public static void MapServerStatus(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var (meter, governor) = (routes.ServiceProvider.GetRequiredService<MemoryMeter>(), routes.ServiceProvider.GetRequiredService<MemoryGovernor>());
        routes.MapGet("/api/health", (RequestDelegate)StatusEndpoints.WriteHealthAsync);
        routes.MapGet("/upload/ram-status", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(
            Ram(meter, governor), WebJson.Default.RamAnswer, cancellationToken: context.RequestAborted)));
    }

    private static JsonElement Models(in MemorySnapshot now, IEnumerable<IModelSlot> slots)
    {
        List<ModelState> states = [.. slots.Select(s => s.Status.State)];
        var answer = new ModelMemoryAnswer(Mb(now.Rss), states.Count > 0 && states.TrueForAll(s => s == ModelState.Ready));
        return JsonSerializer.SerializeToElement(answer, WebJson.Default.ModelMemoryAnswer);
    }

    private static RamAnswer Ram(MemoryMeter meter, MemoryGovernor governor)
    {
        var limit = governor.Limit.Size.Bytes;
        var used = Math.Min(meter.Read().WorkingSet, limit);
        return new RamAnswer(Mb(used), Mb(limit), Mb(limit - used));
    }

    private static double Mb(long bytes) => Math.Round(bytes / 1048576.0, 2);
}
