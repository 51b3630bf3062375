using Headroom.Budget;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Bounds how many requests wait, and how long, for what they need before their lease: an unread body costs the same
/// whatever its request waits for. Thread-safe.
/// </summary>
/// <param name="seats">How many may wait; later ones are refused.</param>
/// <param name="patience">How long one may wait.</param>
internal sealed class WaitingRoom(int seats, TimeSpan patience)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private int _waiting;

    /// <summary>Runs what a requirement wants done first; takes no seat when that is done at once.</summary>
    /// <exception cref="MemoryLeaseRefusedException">Too many wait already, or it waited as long as is allowed.</exception>
    public async ValueTask WaitAsync(MemoryRequirement requirement, HttpContext context, CancellationToken departed)
    {
        if (requirement.BeforeLease is not { } before)
            return;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(departed);
        var ready = before(context, waiting.Token);
        if (ready.IsCompleted)
        {
            await ready.ConfigureAwait(false);
            return;
        }

        var seated = Interlocked.Increment(ref _waiting) <= seats;
        waiting.CancelAfter(seated ? patience : TimeSpan.Zero);
        try
        {
            await ready.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested && !departed.IsCancellationRequested)
        {
            throw seated
                ? Refusal(requirement, LeaseRefusal.TimedOut, $"What this request needs was not ready within {patience.TotalSeconds:0.#} s; ask again later.")
                : Refusal(requirement, LeaseRefusal.QueueFull, $"{seats} requests wait already; ask again later.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static MemoryLeaseRefusedException Refusal(MemoryRequirement requirement, LeaseRefusal reason, string message) =>
        new(requirement.Pool, reason, requirement.Largest, RetryAfter, message);
}
