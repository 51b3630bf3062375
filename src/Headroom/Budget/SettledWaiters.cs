namespace Headroom.Budget;

/// <summary>
/// Those who were taken out of line together, in that order. Their tasks complete after the budget's lock is left: waking
/// a thread takes longer than everything that is done under it.
/// </summary>
internal struct SettledWaiters
{
    private LeaseWaiter? _first;
    private LeaseWaiter? _last;

    public void Add(LeaseWaiter waiter)
    {
        if (_last is null)
            _first = waiter;
        else
            _last.Next = waiter;
        _last = waiter;
    }

    public readonly void Complete()
    {
        for (var waiter = _first; waiter is not null; waiter = waiter.Next)
            waiter.Complete();
    }
}
