namespace Headroom.Blobs.Files;

/// <summary>
/// Runs what waits for the device (fsync) on threads of its own, some at once: on the pool's, a slow disk would stop
/// everything else. Together, as a file system writes one journal for all who wait. Threads without work end. Thread-safe.
/// </summary>
internal sealed class Flusher : IDisposable
{
    private const int MaxThreads = 16;
    private const int StackBytes = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Queue<Work> _queue = new();
    private int _threads;
    private int _idle;
    private bool _disposed;

    /// <summary>Runs it when a thread is free.</summary>
    public Task RunAsync(Action action, CancellationToken cancellationToken)
    {
        var work = new Work(action, cancellationToken);
        lock (_queue)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _queue.Enqueue(work);
            if (_queue.Count <= _idle)
            {
                Monitor.Pulse(_queue);
            }
            else if (_threads < MaxThreads)
            {
                _threads++;
                new Thread(Serve, StackBytes) { IsBackground = true, Name = "flusher" }.Start();
            }
        }
        return work.Task;
    }

    /// <summary>Takes nothing more; what waits is done still.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.PulseAll(_queue);
        }
    }

    private void Serve()
    {
        while (Next() is { } work)
            work.Run();
    }

    /// <returns>Null when the thread has to end.</returns>
    private Work? Next()
    {
        lock (_queue)
        {
            var patient = !_disposed;
            while (_queue.Count == 0 && patient)
            {
                _idle++;
                patient = Monitor.Wait(_queue, Patience) && !_disposed;
                _idle--;
            }
            if (_queue.TryDequeue(out var work))
                return work;
            _threads--;
            return null;
        }
    }

    private sealed class Work(Action action, CancellationToken cancellationToken) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public void Run()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SetCanceled(cancellationToken);
                return;
            }
            try
            {
                action();
                SetResult();
            }
            catch (Exception failure)
            {
                SetException(failure);
            }
        }
    }
}
