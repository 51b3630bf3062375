using Headroom.AspNetCore.Problems;
using Headroom.AspNetCore.Status;
using Headroom.Residents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Web.Models;

/// <summary>Loads models and clears them from memory by hand. Who may is the caller's to decide: require it of what is returned.</summary>
public static class ModelEndpoints
{
    /// <summary>Maps <c>POST /api/models/{name}/load</c> and <c>…/unload</c> for every registered <see cref="IModelSlot"/>.</summary>
    public static RouteGroupBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var slots = routes.ServiceProvider.GetServices<IModelSlot>().ToDictionary(s => s.Status.Name);
        var group = routes.MapGroup("/api/models/{name}");
        group.MapPost("/load", (RequestDelegate)(context => WithSlot(context, LoadAsync)));
        group.MapPost("/unload", (RequestDelegate)(context => WithSlot(context, UnloadAsync)));
        return group;

        Task WithSlot(HttpContext context, Func<HttpContext, IModelSlot, Task> action)
        {
            var name = (string)context.Request.RouteValues["name"]!;
            return slots.TryGetValue(name, out var slot)
                ? action(context, slot)
                : Problem.Of(StatusCodes.Status404NotFound, "no-such-model", $"There is no model of this name; there are: {string.Join(", ", slots.Keys)}.")
                    .ExecuteAsync(context);
        }
    }

    private static async Task LoadAsync(HttpContext context, IModelSlot slot)
    {
        await slot.LoadAsync(context.RequestAborted).ConfigureAwait(false);
        await context.Response.WriteAsJsonAsync(
            ModelAnswer.Of(slot.Status), WebJson.Default.ModelAnswer, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Answers when the last user has let go and what came back was measured.</summary>
    private static async Task UnloadAsync(HttpContext context, IModelSlot slot)
    {
        var result = await slot.UnloadAsync(context.RequestAborted).ConfigureAwait(false);
        var answer = new UnloadAnswer(
            slot.Status.Name, result is not null, result?.Expected.Bytes ?? 0, result?.Returned.Bytes ?? 0, result?.Missing.Bytes ?? 0);
        await context.Response.WriteAsJsonAsync(answer, WebJson.Default.UnloadAnswer, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }
}
