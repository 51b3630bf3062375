namespace Headroom.Budget;

/// <summary>A request in a pool's queue. All fields but the task are guarded by the budget's lock.</summary>
internal sealed class LeaseWaiter(MemoryPool pool, long bytes, long arrival)
    : TaskCompletionSource<MemoryLease>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public readonly MemoryPool Pool = pool;
    public readonly long Bytes = bytes;
    public readonly long Arrival = arrival;
    public LinkedListNode<LeaseWaiter>? Node;

    /// <summary>How many younger requests were granted before this one.</summary>
    public int Passed;

    /// <summary>Set while looking for someone to grant: the whole budget, not only the pool, lacks room.</summary>
    public bool BlockedByBudget;

    /// <summary>Waits for the grant, the pool's deadline or the caller's cancellation, whichever is first.</summary>
    public async ValueTask<MemoryLease> WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (Task.IsCompleted)
            return await Task.ConfigureAwait(false);
        await using var deadline = time.CreateTimer(static w => { var waiter = (LeaseWaiter)w!; waiter.Pool.Budget.TimeOut(waiter); }, this, Pool.Options.MaxWait, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        await using var cancellation = cancellationToken.UnsafeRegister(static (w, token) => { var waiter = (LeaseWaiter)w!; waiter.Pool.Budget.Cancel(waiter, token); }, this).ConfigureAwait(false);
        return await Task.ConfigureAwait(false);
    }
}
