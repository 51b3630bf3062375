namespace Headroom.Vectors.Storage;

/// <summary>The store that counts now, and how the next one takes its place.</summary>
internal sealed class Generations(IndexFolder folder) : IDisposable
{
    private readonly SemaphoreSlim _compacting = new(1);
    private Store _current = folder.OpenNewest();
    private int _closed;

    /// <summary>What writers append to; they hold the writers' lock.</summary>
    public Store Current => Volatile.Read(ref _current);

    /// <summary>What is committed now, with a reference that the caller releases.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public (Store Store, Snapshot Snapshot) Acquire()
    {
        while (true)
        {
            var store = Current;
            if (store.Acquire() is { } snapshot)
                return (store, snapshot);
            // Closed, or compacted away just now.
            ObjectDisposedException.ThrowIf(store == Current, typeof(VectorIndex));
        }
    }

    /// <summary>Writes what is alive into the next generation and lets that count.</summary>
    /// <param name="writing">The writers' lock; taken for the last step.</param>
    /// <param name="cancellationToken">Gives up; everything stays as it is.</param>
    public void Compact(SemaphoreSlim writing, CancellationToken cancellationToken)
    {
        _compacting.Wait(cancellationToken);
        try
        {
            var (store, snapshot) = Acquire();
            try
            {
                Replace(store, snapshot, writing, cancellationToken);
            }
            finally
            {
                snapshot.Columns.Dispose();
            }
        }
        finally
        {
            _compacting.Release();
        }
    }

    /// <summary>Overwrites what dead slots hold.</summary>
    /// <param name="writing">The writers' lock.</param>
    /// <param name="cancellationToken">Gives up; what was overwritten stays so.</param>
    /// <returns>How many that were.</returns>
    public int Erase(SemaphoreSlim writing, CancellationToken cancellationToken)
    {
        _compacting.Wait(cancellationToken);
        try
        {
            writing.Wait(cancellationToken);
            var (store, snapshot) = Acquire();
            try
            {
                return store.Erase(snapshot, cancellationToken);
            }
            finally
            {
                snapshot.Columns.Dispose();
                writing.Release();
            }
        }
        finally
        {
            _compacting.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _compacting.Wait();
        Current.Dispose();
        folder.Dispose();
        _compacting.Dispose();
    }

    private void Replace(Store store, Snapshot snapshot, SemaphoreSlim writing, CancellationToken cancellationToken)
    {
        var next = folder.CreateNext();
        try
        {
            store.Read(0, snapshot.Slots, (slot, id, vector, _) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!snapshot.Dead.Contains(slot))
                    next.Append(id, vector, deletion: false);
            });
            next.Commit();
            writing.Wait(cancellationToken);
            try
            {
                // What came in meanwhile, deletions as well, is played back as it was written.
                store.Read(snapshot.Slots, store.Written, (_, id, vector, deletion) => next.Append(id, vector, deletion));
                next.Commit();
                folder.Publish(next);
                Volatile.Write(ref _current, next);
            }
            finally
            {
                writing.Release();
            }
        }
        catch
        {
            next.Dispose();
            folder.DeleteOthers();
            throw;
        }
        store.Dispose();
        folder.DeleteOthers();
    }
}
