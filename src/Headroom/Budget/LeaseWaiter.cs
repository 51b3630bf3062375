namespace Headroom.Budget;

/// <summary>
/// A request in a pool's line. Whoever takes it out of the line under the budget's lock settles it, so that it is settled
/// exactly once; its task completes after the lock is left. All fields are guarded by that lock until then.
/// </summary>
internal sealed class LeaseWaiter(BudgetPool pool, in LeaseRequest request, TimeSpan since, long arrival)
    : TaskCompletionSource<MemoryLease>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public readonly BudgetPool Pool = pool;
    public readonly long Bytes = request.Bytes;
    public readonly MemoryLease PartOf = request.PartOf;
    public readonly long Arrival = arrival;

    /// <summary>When it came, on the clock of <see cref="WaitDeadlines"/>.</summary>
    public readonly TimeSpan Since = since;

    public readonly TimeSpan MaxWait = request.MaxWait ?? pool.Options.MaxWait;

    public bool InLine;
    public LeaseWaiter? Previous;

    /// <summary>The one behind it: in line, or among those that were settled together.</summary>
    public LeaseWaiter? Next;

    /// <summary>How many were granted before it although it was their turn later.</summary>
    public int Passed;

    /// <summary>Set while looking for someone to grant: the whole budget, not only the pool, lacks room.</summary>
    public bool AwaitsBudget;

    private CancellationTokenRegistration _cancellation;
    private object? _outcome;

    public TimeSpan Deadline => Since + MaxWait;

    /// <summary>
    /// Leaves the line when the token is cancelled, which may be at once. Under the budget's lock, so that whoever settles
    /// it sees the registration.
    /// </summary>
    public void LeaveOn(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(
                static (w, token) => { var waiter = (LeaseWaiter)w!; waiter.Pool.Budget.Cancel(waiter, token); }, this);
    }

    public void Grant(LeaseEntry entry) => _outcome = entry;

    public void Refuse(MemoryLeaseRefusedException refusal) => _outcome = refusal;

    public void Cancel(CancellationToken cancellationToken) => _outcome = cancellationToken;

    public void Complete()
    {
        _cancellation.Unregister();
        switch (_outcome)
        {
            case LeaseEntry entry:
                SetResult(new MemoryLease(entry));
                break;
            case MemoryLeaseRefusedException refusal:
                SetException(refusal);
                break;
            case CancellationToken token:
                SetCanceled(token);
                break;
        }
    }
}
