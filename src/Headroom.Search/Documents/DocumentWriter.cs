using System.Threading.Channels;
using Headroom.Data.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Documents;

/// <summary>
/// Stores documents with group commit (DeWitt et al., Implementation Techniques for Main Memory Database Systems, 1984):
/// while one transaction waits for the disk, those that come meanwhile gather for the next. One that can't be stored does
/// not fail the others.
/// </summary>
internal sealed class DocumentWriter : IAsyncDisposable
{
    /// <summary>Who comes later waits outside, with the lease that it holds.</summary>
    private const int MostWaiting = 1024;

    private const int MostInCommit = 256;

    /// <summary>What a commit may hold in characters, so that a small document does not wait for many large ones.</summary>
    private const int MostCharacters = 4 << 20;

    private readonly Channel<PendingDocument> _queue = Channel.CreateBounded<PendingDocument>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly Action _committed;
    private readonly Task _running;

    public DocumentWriter(Database database, TimeProvider time, Action committed)
    {
        (_database, _time, _committed) = (database, time, committed);
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc cref="DocumentStore.AddAsync"/>
    public async Task<AddedDocument> AddAsync(NewDocument document, DocumentConflict conflict, CancellationToken cancellationToken)
    {
        var pending = new PendingDocument(document, conflict, cancellationToken);
        await _queue.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        return await pending.Done.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var batch = new List<PendingDocument>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Gather(batch);
            if (batch.Count > 0)
                await CommitAsync(batch).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private void Gather(List<PendingDocument> batch)
    {
        for (var characters = 0; batch.Count < MostInCommit && characters < MostCharacters && _queue.Reader.TryRead(out var next);)
        {
            if (next.Cancelled.IsCancellationRequested)
            {
                next.Cancel();
                continue;
            }
            characters += next.Characters;
            batch.Add(next);
        }
    }

    private async Task CommitAsync(List<PendingDocument> batch)
    {
        try
        {
            await _database.WriteAsync(db => Write(db, batch)).ConfigureAwait(false);
            batch.ForEach(d => d.Settle());
            _committed();
        }
        catch (Exception problem)
        {
            var told = problem is SqliteException failure ? DocumentProblems.Of(failure) : problem;
            batch.ForEach(d => d.Fail(told));
        }
    }

    private int Write(SqliteConnection db, List<PendingDocument> batch)
    {
        var now = _time.GetUtcNow();
        foreach (var pending in batch)
        {
            db.Execute("SAVEPOINT document");
            try
            {
                pending.Added = DocumentRows.Add(db, pending.Document, pending.Conflict, now);
            }
            catch (SqliteException problem) when (IsItsOwn(problem))
            {
                pending.Problem = DocumentProblems.Of(problem);
                db.Execute("ROLLBACK TO document");
            }
            db.Execute("RELEASE document");
        }
        return batch.Count;
    }

    /// <summary>Whether the row was the reason and not the disk: constraint, too big, mismatch.</summary>
    private static bool IsItsOwn(SqliteException problem) => problem.SqliteErrorCode is 18 or 19 or 20;
}
