namespace Headroom.Data.Blobs.Files;

/// <summary>
/// Runs what waits for the device (fsync) on threads of its own, a few at once: on the pool's, a slow disk would stop
/// everything else.
/// </summary>
internal sealed class Flusher : IDisposable
{
    private const int MaxThreads = 8;

    private readonly SemaphoreSlim _threads = new(MaxThreads);

    public async Task RunAsync(Action action, CancellationToken cancellationToken)
    {
        await _threads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _threads.Release();
        }
    }

    public void Dispose() => _threads.Dispose();
}
