namespace Headroom.Budget;

/// <summary>The leases whose work may be cancelled when memory runs out. Guarded by the budget's lock.</summary>
internal sealed class CancellableLeases
{
    private readonly HashSet<LeaseEntry> _entries = [];

    public void Add(LeaseEntry entry, CancellationTokenSource cancellation)
    {
        entry.Cancellation = cancellation;
        _entries.Add(entry);
    }

    public void Remove(LeaseEntry entry)
    {
        if (entry.Cancellation is null)
            return;
        entry.Cancellation = null;
        _entries.Remove(entry);
    }

    /// <summary>Takes out the largest work of the lowest priority and marks its leases; what is being cancelled already doesn't count.</summary>
    /// <returns>What was found, and what cancels it; null when there is nothing to cancel.</returns>
    public (CancelledWork Work, CancellationTokenSource Cancellation)? TakeLargest()
    {
        (LeaseEntry Entry, long Bytes)? largest = null;
        foreach (var entry in _entries)
        {
            if (entry.Cancellation is not { IsCancellationRequested: false })
                continue;
            var bytes = entry.Work().Sum(part => part.Bytes);
            if (largest is not { } other || IsRather(entry, bytes, other.Entry, other.Bytes))
                largest = (entry, bytes);
        }
        if (largest is not { } found || found.Entry.Cancellation is not { } cancellation)
            return null;

        foreach (var part in found.Entry.Work())
        {
            part.CancelledGeneration = part.Generation;
            Remove(part);
        }
        found.Entry.Pool.CancelledCount++;
        return (new CancelledWork(found.Entry.Pool.Name, new ByteSize(found.Bytes)), cancellation);
    }

    private static bool IsRather(LeaseEntry entry, long bytes, LeaseEntry other, long otherBytes) =>
        entry.Pool.Options.Priority == other.Pool.Options.Priority
            ? bytes > otherBytes
            : entry.Pool.Options.Priority < other.Pool.Options.Priority;
}
