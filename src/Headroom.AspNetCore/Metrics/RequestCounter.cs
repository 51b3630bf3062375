using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Metrics;

/// <summary>Counts what became of requests. It stands before everything else, so that it sees what clients see.</summary>
internal sealed class RequestCounter : IStartupFilter
{
    private readonly Counter<long> _requests;

    public RequestCounter(IMeterFactory meters)
    {
        _requests = meters.Create("Headroom").CreateCounter<long>("headroom.requests", "{request}", "Requests by what became of them.");
        // Prometheus sees no increase in a series that begins at one.
        foreach (var outcome in (ReadOnlySpan<string>)["served", "rejected", "refused", "failed", "left"])
            Count(0, outcome);
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CountAsync);
        next(app);
    };

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var outcome = "failed";
        try
        {
            await next(context).ConfigureAwait(false);
            outcome = OutcomeOf(context.Response.StatusCode);
        }
        finally
        {
            // Who was refused may have had the connection ended afterwards, body and all.
            var answered = context.Response is { HasStarted: true, StatusCode: >= StatusCodes.Status400BadRequest };
            Count(1, context.RequestAborted.IsCancellationRequested && !answered ? "left" : outcome);
        }
    }

    private void Count(int requests, string outcome) => _requests.Add(requests, new KeyValuePair<string, object?>("outcome", outcome));

    private static string OutcomeOf(int status) => status switch
    {
        < StatusCodes.Status400BadRequest => "served",
        StatusCodes.Status503ServiceUnavailable => "refused",
        < StatusCodes.Status500InternalServerError => "rejected",
        _ => "failed",
    };
}
