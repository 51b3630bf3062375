using Headroom.Vectors.Storage;

namespace Headroom.Vectors;

/// <summary>
/// Changes to an index that count together, after <see cref="Commit"/>. They go to the disk as they come, so a batch may
/// be of any length. Disposing without a commit forgets them. Not thread-safe.
/// </summary>
public sealed class VectorWriter : IDisposable
{
    private readonly VectorIndex _index;
    private readonly Store _store;
    private readonly int _committed;
    private bool _open = true;
    private bool _abandon = true;

    internal VectorWriter(VectorIndex index, Store store)
    {
        _index = index;
        _store = store;
        _committed = store.Written;
    }

    /// <summary>Puts a vector; one that had the same id is replaced.</summary>
    /// <param name="id">Any number.</param>
    /// <param name="vector">As many finite components as the index has, not longer than 10¹⁸. Where cosines are wanted, of length one.</param>
    /// <exception cref="ArgumentException">The vector has another length, or a component that is not a finite number.</exception>
    /// <exception cref="IOException">The device failed or is full; dispose this batch and try again later.</exception>
    /// <exception cref="InvalidOperationException">The index is full (2³⁰ slots).</exception>
    public void Put(long id, ReadOnlySpan<float> vector)
    {
        ObjectDisposedException.ThrowIf(!_open, this);
        _index.CheckVector(vector, nameof(vector));
        _store.Append(id, vector, deletion: false);
    }

    /// <summary>Deletes a vector.</summary>
    /// <returns>False when there certainly was none.</returns>
    /// <exception cref="IOException">The device failed or is full; dispose this batch and try again later.</exception>
    public bool Delete(long id)
    {
        ObjectDisposedException.ThrowIf(!_open, this);
        // What this very batch put is not in the table yet; a deletion too many does no harm.
        if (_store.Written == _committed && !_store.Contains(id))
            return false;
        _store.Append(id, [], deletion: true);
        return true;
    }

    /// <summary>Makes the batch count: on the disk, and for searches that begin from now on. Ends the batch.</summary>
    /// <exception cref="IOException">The device failed or is full. Whether the batch counts is known after opening the index again.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(!_open, this);
        _abandon = false;
        try
        {
            if (_store.Written != _committed)
                _index.Commit(_store);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Ends the batch; without a commit nothing of it remains.</summary>
    public void Dispose()
    {
        if (!_open)
            return;
        _open = false;
        _index.EndWrite(_store, _abandon && _store.Written != _committed);
    }
}
