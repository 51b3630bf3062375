using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Where requests wait with their bodies unread: first for what they need before their lease, a model for example, then
/// for the lease; one deadline for both. Who leaves is noticed, and when the service stops nobody is kept waiting. Thread-safe.
/// </summary>
/// <param name="seats">How many may wait for what they need before their lease; later ones are refused. Pools bound their own lines.</param>
/// <param name="patience">How long one may wait, where the route does not say.</param>
/// <param name="departures">Notices who leaves.</param>
/// <param name="lifetime">Says when the service stops.</param>
/// <param name="time">The clock of the deadline.</param>
internal sealed class WaitingRoom(int seats, TimeSpan patience, DepartureWatch departures, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private int _waiting;

    /// <summary>How many may wait for what they need before their lease.</summary>
    public int Seats { get; set; } = seats;

    /// <summary>Waits for what the requirement wants done first, then for the lease.</summary>
    /// <exception cref="MemoryLeaseRefusedException">Too many wait already, or it waited as long as is allowed.</exception>
    /// <exception cref="ProblemException">The service stops.</exception>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<MemoryLease> WaitAsync(MemoryRequirement requirement, BudgetPool pool, long bytes, HttpContext context)
    {
        var arrived = time.GetTimestamp();
        var stopping = lifetime.ApplicationStopping;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var watch = departures.Track(context.Features.Get<IConnectionSocketFeature>()?.Socket, leaving);
        try
        {
            var longest = requirement.MaxWait ?? patience;
            await PrepareAsync(requirement, longest, pool, bytes, context, leaving.Token).ConfigureAwait(false);
            var left = longest - time.GetElapsedTime(arrived);
            return await pool.AcquireAsync(
                new LeaseRequest(bytes) { MaxWait = left > TimeSpan.Zero ? left : TimeSpan.Zero }, leaving.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "stopping",
                "This instance is stopping; nothing of the request was read. Send it again.",
                TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Runs what the requirement wants done first; takes no seat when that is done at once.</summary>
    private async ValueTask PrepareAsync(
        MemoryRequirement requirement, TimeSpan longest, BudgetPool pool, long bytes, HttpContext context, CancellationToken leaving)
    {
        if (requirement.BeforeLease is not { } before)
            return;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        var ready = before(context, waiting.Token);
        if (ready.IsCompleted)
        {
            await ready.ConfigureAwait(false);
            return;
        }

        var seated = Interlocked.Increment(ref _waiting) <= Seats;
        waiting.CancelAfter(seated ? longest : TimeSpan.Zero);
        try
        {
            await ready.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested && !leaving.IsCancellationRequested)
        {
            throw seated
                ? Refusal(LeaseRefusal.TimedOut, $"What this request needs was not ready within {longest.TotalSeconds:0.#} s; ask again later.")
                : Refusal(LeaseRefusal.QueueFull, $"{Seats} requests wait already; ask again later.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        // No byte of the pool is missing, so its drain rate says nothing: a model takes seconds.
        MemoryLeaseRefusedException Refusal(LeaseRefusal reason, string message) =>
            new(pool.Name, reason, new ByteSize(bytes), TimeSpan.FromSeconds(5), message);
    }
}
