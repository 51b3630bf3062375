using Headroom.Data.Sqlite;

namespace Headroom.Search.Documents;

/// <summary>
/// The documents: one collection for the whole server. What <see cref="AddAsync"/> acknowledged is on the disk and found
/// by its words; a queue that outlives restarts makes it found by its meaning. Thread-safe.
/// </summary>
public sealed class DocumentStore : IAsyncDisposable
{
    private readonly DocumentWriter _writer;

    /// <summary>Uses a database that was migrated.</summary>
    /// <param name="database">The database.</param>
    /// <param name="time">The clock.</param>
    public DocumentStore(Database database, TimeProvider time) => _writer = new DocumentWriter(database, time);

    /// <summary>
    /// Stores a document; it is on the disk when this returns. Documents that come at the same time share one commit.
    /// The caller holds a lease for it: nothing is leased here.
    /// </summary>
    /// <param name="document">What to store.</param>
    /// <param name="conflict">What to do when its id or its origin is there already.</param>
    /// <param name="cancellationToken">Gives up; whether it was stored is unknown then.</param>
    /// <returns>Its id, and whether something was written.</returns>
    /// <exception cref="AspNetCore.Problems.ProblemException">
    /// Something in it is beyond its limit (400, 413); the disk is full (507 <c>store-full</c>, with when to try again) or
    /// the database fails (503 <c>store-unavailable</c>), and nothing was stored.
    /// </exception>
    public Task<AddedDocument> AddAsync(NewDocument document, DocumentConflict conflict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        return _writer.AddAsync(document.Validate(), conflict, cancellationToken);
    }

    /// <summary>Ends once what waits is stored.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();
}
