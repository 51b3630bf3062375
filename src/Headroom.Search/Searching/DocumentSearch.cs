using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Search.Indexing;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Searching;

/// <summary>Finds documents. Thread-safe.</summary>
internal sealed class DocumentSearch(Database database, MeaningIndex index) : IDisposable
{
    /// <summary>As many are looked at in each way before they are put together, or twice as many as are wanted.</summary>
    private const int Candidates = 50;

    /// <summary>What a filter takes within the request's own lease.</summary>
    private const int FilterBytes = 64 * 1024;

    /// <summary>Searches by words hold a connection for as long as they take, and must leave some to those who write.</summary>
    private readonly SemaphoreSlim _words = new(2);

    private readonly MeaningSearch _meaning = new(index);

    /// <summary>Finds.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="vector">The query's meaning, of length one; null to find by words alone.</param>
    /// <param name="lease">What the search runs under; grows by what a filter needs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The best first.</returns>
    /// <exception cref="ProblemException">There is no memory for the filter.</exception>
    /// <exception cref="DatabaseBusyException">It took too long, or there is no memory for it in SQLite.</exception>
    public async Task<IReadOnlyList<SearchHit>> FindAsync(SearchQuery query, float[]? vector, MemoryLease lease, CancellationToken cancellationToken)
    {
        var filter = new DocumentFilter(query.Filter);
        if (vector is null)
            return Fusion.Of(await ByWordsAsync(query.Text, filter, query.Limit, cancellationToken).ConfigureAwait(false));
        if (query.Mode == SearchMode.Semantic)
            return Fusion.Of(await ByMeaningAsync(vector, filter, query.Limit, lease, cancellationToken).ConfigureAwait(false));
        var candidates = Math.Max(Candidates, 2 * query.Limit);
        var words = await ByWordsAsync(query.Text, filter, candidates, cancellationToken).ConfigureAwait(false);
        var meaning = await ByMeaningAsync(vector, filter, candidates, lease, cancellationToken).ConfigureAwait(false);
        var wordsOnly = words.Select(w => w.Key).Except(meaning.Select(m => m.Key)).ToHashSet();
        return Fusion.Merge(words, meaning, _meaning.Compare(vector, wordsOnly), query.Limit);
    }

    public void Dispose() => _words.Dispose();

    private async Task<IReadOnlyList<WordHit>> ByWordsAsync(string query, DocumentFilter filter, int limit, CancellationToken cancellationToken)
    {
        if (!await _words.WaitAsync(Database.MostOfARead, cancellationToken).ConfigureAwait(false))
            throw new DatabaseBusyException(
                DatabaseBusyReason.Deadline, "Other searches by words took too long, and this one never had its turn. Try again later.");
        try
        {
            return await database.ReadAsync(db => WordSearch.Find(db, query, filter, limit, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _words.Release();
        }
    }

    private async Task<IReadOnlyList<MeaningHit>> ByMeaningAsync(
        float[] vector, DocumentFilter filter, int limit, MemoryLease lease, CancellationToken cancellationToken)
    {
        var where = filter.IsEmpty ? null : await database.ReadAsync(
            db =>
            {
                var last = db.QuerySingle("SELECT max(key) FROM documents", r => r.IsDBNull(0) ? 0 : r.GetInt64(0));
                var bytes = KeySet.BytesFor(last);
                if (bytes > FilterBytes && !lease.TryGrow(bytes))
                    throw new ProblemException(
                        StatusCodes.Status503ServiceUnavailable,
                        "memory-busy",
                        $"The filter needs {new ByteSize(bytes)} now, more than is free; ask again later, or without a filter.",
                        lease.RetryAfter);
                var keys = new KeySet(1, checked((int)last));
                filter.Read(db, keys);
                return keys;
            },
            cancellationToken).ConfigureAwait(false);
        return await _meaning.FindAsync(vector, limit, where, keys => KnownAsync(keys, cancellationToken)).ConfigureAwait(false);
    }

    private Task<IReadOnlySet<long>> KnownAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlySet<long>>(
        db => db.Query($"SELECT key FROM documents WHERE key IN ({string.Join(',', keys)})", r => r.GetInt64(0)).ToHashSet(),
        cancellationToken);
}
