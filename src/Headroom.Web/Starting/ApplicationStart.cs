using Microsoft.Extensions.Hosting;

namespace Headroom.Web.Starting;

/// <summary>Waits for the application: a start that fails takes the database away and stops nobody who works with it already.</summary>
public static class ApplicationStart
{
    /// <summary>Waits until the application serves.</summary>
    /// <param name="lifetime">The application's.</param>
    /// <param name="stoppingToken">Gives up, without an exception.</param>
    /// <returns>False when it was stopped before.</returns>
    public static async Task<bool> HasStartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stoppingToken)
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var start = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return started.Task.IsCompletedSuccessfully;
    }
}
