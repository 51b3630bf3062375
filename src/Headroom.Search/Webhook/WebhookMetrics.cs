using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Webhook;

/// <summary>
/// The meter «Headroom.Webhook»: what came, and what became of it. Everything is counted here and observed when somebody
/// asks, so that no count is lost before the first one does. Thread-safe.
/// </summary>
internal sealed class WebhookMetrics
{
    /// <summary>Why a request was refused, by its status; the first one for all others.</summary>
    private static readonly (int Status, string Reason)[] Reasons =
    [
        (StatusCodes.Status500InternalServerError, "failed"),
        (StatusCodes.Status400BadRequest, "malformed"),
        (StatusCodes.Status401Unauthorized, "signature"),
        (StatusCodes.Status408RequestTimeout, "slow"),
        (StatusCodes.Status413PayloadTooLarge, "too_large"),
        (StatusCodes.Status503ServiceUnavailable, "unavailable"),
    ];

    private readonly long[] _refused = new long[Reasons.Length];
    private long _received;
    private long _stored;
    private long _duplicates;
    private long _ignored;

    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Headroom.Webhook");
        meter.CreateObservableCounter("headroom.webhook.received", () => Interlocked.Read(ref _received), "{request}", "Requests to the webhook.");
        meter.CreateObservableCounter("headroom.webhook.stored", () => Interlocked.Read(ref _stored), "{submission}", "Submissions that were stored.");
        meter.CreateObservableCounter(
            "headroom.webhook.duplicates", () => Interlocked.Read(ref _duplicates), "{submission}", "Submissions that had come before.");
        meter.CreateObservableCounter(
            "headroom.webhook.ignored", () => Interlocked.Read(ref _ignored), "{request}", "Notifications of something else than a submission.");
        meter.CreateObservableCounter(
            "headroom.webhook.refused",
            () => Reasons.Select((r, i) => new Measurement<long>(Interlocked.Read(ref _refused[i]), new KeyValuePair<string, object?>("reason", r.Reason))),
            "{request}",
            "Requests that were refused, by reason.");
    }

    /// <summary>Counts what a handler is asked, and refuses.</summary>
    public RequestDelegate Counting(RequestDelegate handler) => async context =>
    {
        Interlocked.Increment(ref _received);
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await handler(context).ConfigureAwait(false);
            status = context.Response.StatusCode;
        }
        finally
        {
            if (status >= StatusCodes.Status400BadRequest)
                Interlocked.Increment(ref _refused[Math.Max(0, Array.FindIndex(Reasons, r => r.Status == status))]);
        }
    };

    /// <summary>Counts what became of a notification.</summary>
    public void Answered(WebhookAnswer answer)
    {
        if (answer.Stored)
            Interlocked.Increment(ref _stored);
        else if (answer.Id is not null)
            Interlocked.Increment(ref _duplicates);
        else
            Interlocked.Increment(ref _ignored);
    }
}
