namespace Headroom.Vectors.Searching;

/// <summary>
/// Shares out blocks among the caller and threads of the pool. The caller never waits for a thread to come: those that
/// come late find the round closed. So a busy pool costs speed, not progress.
/// </summary>
/// <param name="blocks">How many there are.</param>
/// <param name="scan">Scans a block with a worker's own scratch; workers count from 0.</param>
internal sealed class ScanRound(int blocks, Action<int, int> scan) : IThreadPoolWorkItem
{
    private const int Closed = int.MinValue;

    private int _next;
    private int _workers;
    private int _inside;
    private Exception? _problem;

    /// <param name="threads">How many may take part, the caller included.</param>
    public void Run(int threads)
    {
        for (var helper = 1; helper < Math.Min(threads, blocks); helper++)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        Work();
        // Nobody enters any more; those inside have one block each to finish.
        Interlocked.Add(ref _inside, Closed);
        var wait = new SpinWait();
        while (Volatile.Read(ref _inside) != Closed)
            wait.SpinOnce(sleep1Threshold: -1);
        if (_problem is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_problem);
    }

    public void Execute()
    {
        if (Interlocked.Increment(ref _inside) > 0)
            Work();
        Interlocked.Decrement(ref _inside);
    }

    private void Work()
    {
        try
        {
            var worker = Interlocked.Increment(ref _workers) - 1;
            for (var block = Interlocked.Increment(ref _next) - 1; block < blocks; block = Interlocked.Increment(ref _next) - 1)
                scan(worker, block);
        }
        catch (Exception problem)
        {
            _problem = problem;
            Interlocked.Exchange(ref _next, blocks);
        }
    }
}
