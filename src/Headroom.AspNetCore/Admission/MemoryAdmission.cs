using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Headroom.AspNetCore.Admission;

/// <summary>Stands before a route's handler: checks the body's declared size, waits for the lease, then lets it in.</summary>
internal sealed class MemoryAdmission(MemoryRequirement requirement, RequestDelegate handler)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Past its own bound Kestrel would drop the connection instead of answering.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
            bound.MaxRequestBodySize = null;
        if (context.Request.ContentLength > requirement.MaxBody.Bytes)
        {
            await AnswerUnreadAsync(context, Problem.BodyTooLarge(context.Request.ContentLength.Value, requirement.MaxBody)).ConfigureAwait(false);
            return;
        }

        MemoryLease? lease;
        try
        {
            lease = await AdmitAsync(context).ConfigureAwait(false);
        }
        catch (Exception refusal) when (!context.RequestAborted.IsCancellationRequested && Problem.From(refusal) is { } answer)
        {
            await AnswerUnreadAsync(context, answer).ConfigureAwait(false);
            return;
        }
        if (lease is not null)
            await ServeAsync(context, lease.Value).ConfigureAwait(false);
    }

    /// <summary>Answers a request whose body nobody will read.</summary>
    private static async Task AnswerUnreadAsync(HttpContext context, IResult answer)
    {
        var dispose = BodyDisposal.CanDispose(context);
        if (dispose)
            context.Response.Headers.Connection = "close";
        await answer.ExecuteAsync(context).ConfigureAwait(false);
        if (dispose)
            await DisposeBodyAsync(context).ConfigureAwait(false);
    }

    private static async Task DisposeBodyAsync(HttpContext context)
    {
        await context.Response.CompleteAsync().ConfigureAwait(false);
        await context.RequestServices.GetRequiredService<BodyDisposal>().DisposeBodyAsync(context).ConfigureAwait(false);
    }

    /// <summary>
    /// Answers what a handler has thrown. The service's <see cref="IExceptionHandler"/>s are asked here and not only at the
    /// top of the pipeline: there nobody throws away the rest of the body.
    /// </summary>
    /// <returns>False for a failure that nobody expected.</returns>
    private static async Task<bool> TryAnswerAsync(HttpContext context, Exception failure)
    {
        var dispose = context.Request.Body is DeadlineBodyStream { IsAtEnd: false } && BodyDisposal.CanDispose(context);
        if (dispose)
            context.Response.Headers.Connection = "close";
        if (!await TryWriteAsync(context, failure).ConfigureAwait(false))
        {
            if (dispose)
                context.Response.Headers.Remove(HeaderNames.Connection);
            return false;
        }
        if (dispose)
            await DisposeBodyAsync(context).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> TryWriteAsync(HttpContext context, Exception failure)
    {
        if (Problem.From(failure) is { } answer)
        {
            await answer.ExecuteAsync(context).ConfigureAwait(false);
            return true;
        }
        foreach (var known in context.RequestServices.GetServices<IExceptionHandler>())
        {
            if (await known.TryHandleAsync(context, failure, context.RequestAborted).ConfigureAwait(false))
                return true;
        }
        return false;
    }

    private async Task ServeAsync(HttpContext context, MemoryLease lease)
    {
        try
        {
            await HandleAsync(context, lease).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ConnectionResetException or ConnectionAbortedException
            || (failure is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested))
        {
            // Nobody is there to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            if (!await TryAnswerAsync(context, failure).ConfigureAwait(false))
                throw;
        }
    }

    /// <returns>Null when the client left while it waited: nobody is there to answer.</returns>
    private async ValueTask<MemoryLease?> AdmitAsync(HttpContext context)
    {
        var pool = PoolOf(context);
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (requirement.BeforeLease is not null || !pool.TryAcquire(LeaseBytes(context), out var lease))
        {
            try
            {
                lease = await context.RequestServices.GetRequiredService<WaitingRoom>().WaitAsync(
                    requirement, pool, LeaseBytes(context), context).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // A connection whose body nobody will read is of no use to anyone.
                context.Abort();
                return null;
            }
        }
        // What the window of those who wait holds needs no wider one.
        if (CanHaveBody(context) && context.Request.ContentLength is null or > WaitingSockets.ReceiveBufferWaiting)
        {
            WaitingSockets.Widen(socket);
            context.Response.OnStarting(static state => CloseIfAwaited(((HttpContext, BudgetPool))state), (context, pool));
        }
        return lease;
    }

    /// <summary>
    /// A window that was opened can't be taken back (RFC 9293, 3.8.6): the next request on this connection would wait with
    /// eight times the bytes in the kernel. While others wait it will, so it comes on a new one.
    /// </summary>
    private static Task CloseIfAwaited((HttpContext Context, BudgetPool Pool) served)
    {
        if (served.Pool.GetStatus().Waiting > 0)
            served.Context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private async Task HandleAsync(HttpContext context, MemoryLease granted)
    {
        using var lease = granted;
        var client = context.RequestAborted;
        using var work = CancellationTokenSource.CreateLinkedTokenSource(client);
        lease.AllowCancellation(work);
        // Handlers watch one token, whether it is the client that leaves or the work that must stop.
        context.RequestAborted = work.Token;
        context.Features.Set(new MemoryLeaseFeature(lease));
        using var body = new DeadlineBodyStream(context, requirement, PoolOf(context));
        context.Request.Body = body;
        try
        {
            await handler(context).ConfigureAwait(false);
            // Who binds parameters turns the body's failure into a bare status.
            if (body.Failure is { } unanswered && unanswered.StatusCode == context.Response.StatusCode && !context.Response.HasStarted)
                throw unanswered;
        }
        catch (Exception) when (lease.WasCancelled && !client.IsCancellationRequested)
        {
            context.RequestAborted = client;
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Problem.WorkCancelled(lease.RetryAfter).ExecuteAsync(context).ConfigureAwait(false);
        }
        finally
        {
            context.RequestAborted = client;
        }
    }

    private BudgetPool PoolOf(HttpContext context) => context.RequestServices.GetRequiredService<MemoryBudget>().GetPool(requirement.Pool);

    private long LeaseBytes(HttpContext context)
    {
        var body = context.Request.ContentLength ?? (CanHaveBody(context) ? requirement.MaxBody.Bytes : 0);
        return Math.Max(1, requirement.BytesFor(body));
    }

    private static bool CanHaveBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
}
