using Headroom.Sqlite;
using Headroom.Sqlite.Checking;

namespace Headroom.Search.Documents;

/// <summary>
/// The documents: one collection for the whole server. What <see cref="AddAsync"/> acknowledged is on the disk and found
/// by its words; a queue that outlives restarts makes it found by its meaning. Thread-safe.
/// </summary>
/// <param name="database">A database that was migrated.</param>
/// <param name="time">The clock.</param>
public sealed class DocumentStore(Database database, TimeProvider time)
{
    private const int RetriedAtOnce = 500;

    /// <summary>Called after every change that the queue has to know of; must not take long.</summary>
    internal Action? Changed { get; set; }

    /// <summary>
    /// Stores a document; it is on the disk when this returns. Documents that come at the same time share one commit.
    /// The caller holds a lease for it: nothing is leased here.
    /// </summary>
    /// <param name="document">What to store.</param>
    /// <param name="conflict">What to do when its id or its origin is there already.</param>
    /// <param name="cancellationToken">Gives up; whether it was stored is unknown then.</param>
    /// <returns>Its id, and whether something was written.</returns>
    /// <exception cref="AspNetCore.Problems.ProblemException">Something in it is beyond its limit (400, 413).</exception>
    /// <exception cref="DatabaseException">The disk is full, or the database fails or has no memory for it, and nothing was stored.</exception>
    public async Task<AddedDocument> AddAsync(NewDocument document, DocumentConflict conflict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        var valid = document.Validate();
        var added = await database.EraseAsync(
            db => DocumentRows.Add(db, valid, conflict, time.GetUtcNow()),
            added => added.Outcome == AddOutcome.Replaced,
            cancellationToken).ConfigureAwait(false);
        Changed?.Invoke();
        return added;
    }

    /// <summary>Finds a document.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="mostCharacters">As much of its text is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DamagedRowException">What is stored is not what was written.</exception>
    internal async Task<StoredDocument?> FindAsync(string id, int mostCharacters, CancellationToken cancellationToken) => database.Damaged.Require(
        DocumentRows.Table,
        await database.ReadAsync(
            db => db.QuerySingle($"SELECT {DocumentRows.Columns} FROM documents WHERE id = $id", DocumentRows.Read, ("$id", id), ("$length", mostCharacters)),
            cancellationToken).ConfigureAwait(false));

    /// <summary>Finds a document of a list; it may be damaged.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="mostCharacters">As much of its text is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<StoredDocument?> FindAsync(long key, int mostCharacters, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            db => db.QuerySingle(
                $"SELECT {DocumentRows.Columns} FROM documents WHERE key = $key", DocumentRows.Read, ("$key", key), ("$length", mostCharacters)),
            cancellationToken).ConfigureAwait(false);
        database.Damaged.Add(DocumentRows.Table, found is { IsWhole: false } ? 1 : 0);
        return found;
    }

    /// <summary>How many bytes a document's text has; null when there is no such document.</summary>
    internal Task<long?> FindLengthAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        db => db.QuerySingle<long?>("SELECT length(CAST(text AS BLOB)) FROM documents WHERE id = $id", r => r.GetInt64(0), ("$id", id)),
        cancellationToken);

    /// <summary>The keys of a page of documents, in the order they were written.</summary>
    /// <param name="state">Only those that are so far; null for all.</param>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<IReadOnlyList<long>> KeysAsync(DocumentState? state, long after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        db => db.Query(
            state is null
                ? "SELECT key FROM documents WHERE key > $after ORDER BY key LIMIT $limit"
                : "SELECT key FROM documents WHERE state = $state AND key > $after ORDER BY key LIMIT $limit",
            r => r.GetInt64(0), ("$state", (int?)state), ("$after", after), ("$limit", limit)),
        cancellationToken);

    /// <summary>Removes a document: from now on nothing finds it, and the event that brought it does not bring it back.</summary>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var removed = await database.EraseAsync(db => DocumentRows.Remove(db, id), cancellationToken: cancellationToken).ConfigureAwait(false);
        Changed?.Invoke();
        return removed;
    }

    /// <summary>Lets a document that failed be tried again.</summary>
    /// <returns>False when there is none that failed.</returns>
    internal async Task<bool> RetryAsync(string id, CancellationToken cancellationToken) =>
        await RetryAsync("SELECT key FROM documents WHERE id = $id AND state = 2", id, cancellationToken).ConfigureAwait(false) > 0;

    /// <summary>Lets all documents that failed be tried again.</summary>
    /// <returns>How many they are.</returns>
    internal async Task<int> RetryAllAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        for (var some = RetriedAtOnce; some == RetriedAtOnce; all += some)
            some = await RetryAsync(
                $"SELECT key FROM documents WHERE state = 2 ORDER BY key LIMIT {RetriedAtOnce}", null, cancellationToken).ConfigureAwait(false);
        return all;
    }

    /// <summary>How many there are.</summary>
    internal Task<DocumentCounts> CountAsync(CancellationToken cancellationToken) => database.ReadAsync(
        db =>
        {
            var counts = db.Query("SELECT count FROM document_counts ORDER BY state", r => r.GetInt64(0));
            var since = db.QuerySingle<DateTimeOffset?>(
                "SELECT updated_at FROM documents WHERE state = 0 ORDER BY key LIMIT 1", r => StoredTime.Of(r.GetInt64(0)));
            return new DocumentCounts(counts[(int)DocumentState.Pending], counts[(int)DocumentState.Indexed], counts[(int)DocumentState.Failed], since);
        },
        cancellationToken);

    private async Task<int> RetryAsync(string keys, string? id, CancellationToken cancellationToken)
    {
        var retried = await database.WriteAsync(
            db => db.Execute(
                $"UPDATE documents SET state = 0, attempts = 0, due_at = $now WHERE key IN ({keys})",
                ("$id", id),
                ("$now", StoredTime.Milliseconds(time.GetUtcNow()))),
            cancellationToken).ConfigureAwait(false);
        Changed?.Invoke();
        return retried;
    }
}
