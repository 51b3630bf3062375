namespace Headroom.Budget;

/// <summary>Those who wait for one pool, oldest first: a list linked through the waiters themselves. Guarded by the budget's lock.</summary>
internal sealed class LeaseLine
{
    private LeaseWaiter? _last;

    public LeaseWaiter? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>What all of them ask for.</summary>
    public long Bytes { get; private set; }

    public void Add(LeaseWaiter waiter)
    {
        waiter.InLine = true;
        waiter.Previous = _last;
        if (_last is null)
            First = waiter;
        else
            _last.Next = waiter;
        _last = waiter;
        Count++;
        Bytes += waiter.Bytes;
    }

    public void Remove(LeaseWaiter waiter)
    {
        if (waiter.Previous is null)
            First = waiter.Next;
        else
            waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null)
            _last = waiter.Previous;
        else
            waiter.Next.Previous = waiter.Previous;
        waiter.Previous = waiter.Next = null;
        waiter.InLine = false;
        Count--;
        Bytes -= waiter.Bytes;
    }
}
