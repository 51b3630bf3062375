using Headroom.Vectors.Coding;
using Headroom.Vectors.Searching;
using Headroom.Vectors.Storage;

namespace Headroom.Vectors;

/// <summary>
/// Vectors by 64-bit id, found by inner product, kept in memory-mapped files: what is scanned are clean pages that the
/// kernel can take back, not memory of the process. Commits survive a power failure. One writer and any number of readers
/// at once; a reader sees what was committed when it began. Thread-safe. The files are described in
/// docs/reference/vector-file.md.
/// </summary>
public sealed class VectorIndex : IDisposable
{
    /// <summary>Most components of a vector.</summary>
    public const int MaxDimensions = 8192;

    /// <summary>Most vectors that one search returns.</summary>
    public const int MaxResults = 10_000;

    private readonly Generations _generations;
    private readonly VectorLayout _layout;
    private readonly Rotation _rotation;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly int _threads;
    private bool _commitFailed;

    private VectorIndex(Generations generations, VectorLayout layout, int threads)
    {
        (_generations, _layout, _threads) = (generations, layout, threads);
        _rotation = new Rotation(layout.Dimensions);
        Repairs = generations.Current.Repairs;
    }

    /// <summary>Components of a vector.</summary>
    public int Dimensions => _layout.Dimensions;

    /// <summary>How many parts were found damaged when it was opened and made again from others; nothing was lost.</summary>
    public int Repairs { get; }

    /// <summary>How many vectors there are.</summary>
    /// <exception cref="ObjectDisposedException">The index is closed.</exception>
    public int Count => Use((_, snapshot) => snapshot.Count);

    /// <summary>How many slots hold nothing any more: <see cref="Compact"/> gives their space back.</summary>
    /// <exception cref="ObjectDisposedException">The index is closed.</exception>
    public int DeadSlots => Use((_, snapshot) => snapshot.Dead.Count);

    /// <summary>
    /// The most anonymous memory an index takes, for a resident's lease: it covers compaction, a bulk load and four
    /// searches at once for 100 vectors. Mapped pages are not in it: the kernel can take them back.
    /// </summary>
    /// <param name="count">Vectors, those deleted since the last compaction included; 0 to 2³⁰.</param>
    /// <param name="dimensions">Components of a vector.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public static ByteSize MemoryFor(long count, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Store.MostSlots);
        VectorRules.CheckDimensions(dimensions);
        const int Stores = 2;
        const int Searches = 4;
        return new ByteSize(
            (Stores * Store.BytesFor(count, new VectorLayout(dimensions))) + (Searches * VectorSearch.BytesFor(100, dimensions, Environment.ProcessorCount)));
    }

    /// <summary>
    /// Opens an index, or makes an empty one where the folder has none. Reads and checks all codes (about a sixth more than
    /// one byte a component); a damaged one is made again from its vector. What was never committed is cut off.
    /// </summary>
    /// <param name="folder">Its own folder; no other program may change the files in it.</param>
    /// <param name="dimensions">Components of a vector, 1 to <see cref="MaxDimensions"/>.</param>
    /// <param name="threads">How many threads one search may use, at least 1. Default: the number of processors.</param>
    /// <exception cref="VectorIndexException">Damaged, open elsewhere, of another version or for other vectors.</exception>
    /// <exception cref="IOException">The device failed or is full.</exception>
    public static VectorIndex Open(string folder, int dimensions, int? threads = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        VectorRules.CheckDimensions(dimensions);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        var layout = new VectorLayout(dimensions);
        var files = new IndexFolder(folder, layout);
        try
        {
            return new VectorIndex(new Generations(files), layout, threads ?? Environment.ProcessorCount);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Deletes an index that is not open: the files that an index makes, and the folder if nothing else is in it.</summary>
    /// <param name="folder">Its folder; one that does not exist is no error.</param>
    /// <exception cref="IOException">The device failed.</exception>
    public static void Delete(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        IndexFolder.Delete(Path.GetFullPath(folder));
    }

    /// <summary>Finds the vectors with the largest inner products with a query.</summary>
    /// <remarks>
    /// Candidates come from codes of reduced precision and are then compared in full precision, so now and then one that
    /// belongs at the end of the list is missing. The same query over the same content gives the same answer.
    /// </remarks>
    /// <param name="query">As many finite components as the index has.</param>
    /// <param name="limit">How many at most, 0 to <see cref="MaxResults"/>.</param>
    /// <param name="where">Which ids may be found; called from several threads at once.</param>
    /// <returns>The best first; equals by id. Fewer than <paramref name="limit"/> when there are no more.</returns>
    /// <exception cref="ArgumentException">The query has another length, or a component that is not a finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is out of range.</exception>
    /// <exception cref="VectorIndexException">A vector that was read is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The index is closed.</exception>
    public VectorHit[] Search(ReadOnlySpan<float> query, int limit, Predicate<long>? where = null)
    {
        CheckVector(query, nameof(query));
        if (limit is < 0 or > MaxResults)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"A search returns 0 to {MaxResults} vectors.");
        var (store, snapshot) = _generations.Acquire();
        try
        {
            return new VectorSearch(store, snapshot, _layout, _rotation, query, limit, where, _threads).Run();
        }
        finally
        {
            snapshot.Columns.Dispose();
        }
    }

    /// <summary>Compares certain vectors with a query, in full precision: for the few that something else has chosen.</summary>
    /// <param name="query">As many finite components as the index has.</param>
    /// <param name="which">Which ids; asked for every id there is.</param>
    /// <returns>All of them, in the order they were put.</returns>
    /// <exception cref="ArgumentException">The query has another length, or a component that is not a finite number.</exception>
    /// <exception cref="VectorIndexException">A vector that was read is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The index is closed.</exception>
    public IReadOnlyList<VectorHit> Compare(ReadOnlySpan<float> query, Predicate<long> which)
    {
        CheckVector(query, nameof(query));
        ArgumentNullException.ThrowIfNull(which);
        var (store, snapshot) = _generations.Acquire();
        try
        {
            return VectorSearch.Compare(store, snapshot, query, which);
        }
        finally
        {
            snapshot.Columns.Dispose();
        }
    }

    /// <summary>Every id, in the order the vectors were put.</summary>
    /// <exception cref="ObjectDisposedException">The index is closed.</exception>
    public IEnumerable<long> Ids()
    {
        var (_, snapshot) = _generations.Acquire();
        try
        {
            for (var slot = 0; slot < snapshot.Slots; slot++)
            {
                if (!snapshot.Dead.Contains(slot))
                    yield return snapshot.Columns.Id(slot);
            }
        }
        finally
        {
            snapshot.Columns.Dispose();
        }
    }

    /// <summary>Puts one vector and commits; see <see cref="BeginWrite"/> for many, which is far faster.</summary>
    /// <inheritdoc cref="VectorWriter.Put" path="/param|/exception"/>
    public void Put(long id, ReadOnlySpan<float> vector)
    {
        using var writer = BeginWrite();
        writer.Put(id, vector);
        writer.Commit();
    }

    /// <summary>Deletes one vector and commits.</summary>
    /// <returns>False when there was none.</returns>
    public bool Delete(long id)
    {
        using var writer = BeginWrite();
        if (!writer.Delete(id))
            return false;
        writer.Commit();
        return true;
    }

    /// <summary>Starts a batch of changes that count together or not at all. Waits while there is another; dispose it.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="VectorIndexException">An earlier commit failed half-way.</exception>
    /// <exception cref="ObjectDisposedException">The index is closed.</exception>
    public VectorWriter BeginWrite(CancellationToken cancellationToken = default)
    {
        _writing.Wait(cancellationToken);
        try
        {
            var (_, snapshot) = _generations.Acquire();
            snapshot.Columns.Dispose();
            if (_commitFailed)
                throw new VectorIndexException(
                    VectorIndexProblem.CommitFailed, "An earlier commit to the vector index failed half-way. Close the index and open it again.");
            return new VectorWriter(this, _generations.Current);
        }
        catch
        {
            _writing.Release();
            throw;
        }
    }

    /// <summary>
    /// Writes what is alive into new files and drops the old ones, in the caller's thread. Readers go on as before, writers
    /// wait only for the last step. Needs as much disk as the index has, once more.
    /// </summary>
    /// <param name="cancellationToken">Gives up; the index stays as it is.</param>
    /// <exception cref="VectorIndexException">A vector is damaged; the index stays as it is.</exception>
    /// <exception cref="IOException">The device failed or is full; the index stays as it is.</exception>
    public void Compact(CancellationToken cancellationToken = default) => _generations.Compact(_writing, cancellationToken);

    /// <summary>
    /// Overwrites deleted and replaced vectors with zeros, in every file, in the caller's thread; their slots stay dead. On the
    /// disk when it returns; after a crash the next open goes on. What stays of them is their share in the means of later blocks.
    /// </summary>
    /// <param name="cancellationToken">Gives up between some thousand vectors.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="VectorIndexException">An earlier commit failed; open the index again.</exception>
    /// <exception cref="IOException">The device failed or is full; try again later.</exception>
    public int Erase(CancellationToken cancellationToken = default)
    {
        // Refuses what a writer would be refused.
        BeginWrite(cancellationToken).Dispose();
        return _generations.Erase(_writing, cancellationToken);
    }

    /// <summary>Reads every vector and checks it; opening only checks the codes, and a search what it reads.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="VectorIndexException">One is damaged.</exception>
    public void Verify(CancellationToken cancellationToken = default) => _ = Use((store, snapshot) =>
    {
        store.Read(0, snapshot.Slots, (_, _, _, _) => cancellationToken.ThrowIfCancellationRequested());
        return true;
    });

    /// <summary>Closes the files. Searches that run end as usual, a compaction is waited for, an open batch is lost.</summary>
    public void Dispose()
    {
        _generations.Dispose();
        _writing.Dispose();
    }

    internal void CheckVector(ReadOnlySpan<float> vector, string name) => VectorRules.Check(vector, _layout.Dimensions, name);

    internal void Commit(Store store)
    {
        _commitFailed = true;
        store.Commit();
        _commitFailed = false;
    }

    internal void EndWrite(Store store, bool abandon)
    {
        try
        {
            if (abandon && !_commitFailed)
                store.Abandon();
            _writing.Release();
        }
        catch (ObjectDisposedException)
        {
            // The index was closed before its batch: what was not committed is cut off at the next start.
        }
        catch
        {
            // Where the uncommitted end is cannot be trusted any more.
            _commitFailed = true;
            _writing.Release();
            throw;
        }
    }

    private T Use<T>(Func<Store, Snapshot, T> read)
    {
        var (store, snapshot) = _generations.Acquire();
        try
        {
            return read(store, snapshot);
        }
        finally
        {
            snapshot.Columns.Dispose();
        }
    }
}
