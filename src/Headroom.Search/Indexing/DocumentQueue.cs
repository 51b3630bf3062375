using Headroom.Search.Documents;
using Headroom.Sqlite;

namespace Headroom.Search.Indexing;

/// <summary>The documents whose meaning is to be indexed, as the database has them: it outlives restarts.</summary>
internal sealed class DocumentQueue(Database database, TimeProvider time)
{
    /// <summary>So many attempts at one document; then it is left until somebody asks for it.</summary>
    public const int MostAttempts = 5;

    private const int MostError = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);

    /// <summary>How long a document rests after so many failed attempts.</summary>
    public static TimeSpan PauseAfter(int attempts) => FirstPause * Math.Pow(4, attempts - 1);

    /// <summary>The documents that are due, the one that is due longest first.</summary>
    public Task<IReadOnlyList<QueuedDocument>> TakeAsync(int most, CancellationToken cancellationToken) => database.ReadAsync(
        db => db.Query(
            $"SELECT key, attempts, CASE WHEN sum IS {DocumentRows.Sum} THEN substr(text, 1, $length) END FROM documents "
            + "WHERE state = 0 AND due_at <= $now ORDER BY due_at LIMIT $most",
            r => new QueuedDocument(r.GetInt64(0), r.GetInt32(1), r.GetStringOrNull(2)),
            ("$length", Passages.MostCharacters),
            ("$now", Now()),
            ("$most", most)),
        cancellationToken);

    /// <summary>When the next document is due; null when none waits.</summary>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        db => db.QuerySingle<DateTimeOffset?>("SELECT due_at FROM documents WHERE state = 0 ORDER BY due_at LIMIT 1", r => StoredTime.Of(r.GetInt64(0))),
        cancellationToken);

    /// <summary>Records that the meaning of documents is indexed.</summary>
    /// <returns>Those that are gone meanwhile: their vectors belong to nobody.</returns>
    public Task<List<(long Key, int Passages)>> IndexedAsync(IReadOnlyList<(long Key, int Passages)> documents, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                var gone = new List<(long Key, int Passages)>();
                foreach (var (key, passages) in documents)
                {
                    if (db.Execute(
                        "UPDATE documents SET state = 1, passages = $passages, attempts = 0, error = NULL WHERE key = $key",
                        ("$key", key),
                        ("$passages", passages)) == 0)
                        gone.Add((key, passages));
                }
                return gone;
            },
            cancellationToken);

    /// <summary>Records a failed attempt: the document rests, and after the last attempt it is left.</summary>
    public Task<int> FailedAsync(QueuedDocument document, string error, CancellationToken cancellationToken)
    {
        var attempts = document.Attempts + 1;
        return database.WriteAsync(
            db => db.Execute(
                "UPDATE documents SET state = $state, attempts = $attempts, error = $error, due_at = $due WHERE key = $key",
                ("$key", document.Key),
                ("$state", (int)(attempts < MostAttempts ? DocumentState.Pending : DocumentState.Failed)),
                ("$attempts", attempts),
                ("$error", error.Length <= MostError ? error : error[..MostError]),
                ("$due", Now() + (long)PauseAfter(attempts).TotalMilliseconds)),
            cancellationToken);
    }

    /// <summary>Puts documents back whose vectors are missing.</summary>
    public Task<int> ReturnAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken) => database.WriteAsync(
        db => keys.Sum(
            key => db.Execute("UPDATE documents SET state = 0, attempts = 0, due_at = $now WHERE key = $key AND state = 1", ("$key", key), ("$now", Now()))),
        cancellationToken);

    /// <summary>A page of removed documents whose vectors are still there.</summary>
    public Task<IReadOnlyList<(long Key, int Passages)>> RemovedAsync(int most, CancellationToken cancellationToken) => database.ReadAsync(
        db => db.Query("SELECT key, passages FROM removed_documents ORDER BY key LIMIT $most", r => (r.GetInt64(0), r.GetInt32(1)), ("$most", most)),
        cancellationToken);

    /// <summary>Records that the vectors of removed documents are gone, too.</summary>
    public Task<int> ForgetAsync(IReadOnlyList<(long Key, int Passages)> removed, CancellationToken cancellationToken) => database.WriteAsync(
        db => removed.Sum(r => db.Execute("DELETE FROM removed_documents WHERE key = $key", ("$key", r.Key))),
        cancellationToken);

    /// <summary>The keys of documents from one key up to another, in order, and which of them are said to be indexed.</summary>
    public Task<IReadOnlyList<(long Key, bool Indexed)>> KeysAsync(long after, int most, CancellationToken cancellationToken) => database.ReadAsync(
        db => db.Query(
            "SELECT key, state = 1 AND passages > 0 FROM documents WHERE key > $after ORDER BY key LIMIT $most",
            r => (r.GetInt64(0), r.GetBoolean(1)),
            ("$after", after),
            ("$most", most)),
        cancellationToken);

    private long Now() => StoredTime.Milliseconds(time.GetUtcNow());
}
