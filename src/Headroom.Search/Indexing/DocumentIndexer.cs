using Headroom.Budget;
using Headroom.Residents;
using Headroom.Search.Models;
using Headroom.Sqlite;
using Headroom.Vectors;

namespace Headroom.Search.Indexing;

/// <summary>
/// Makes documents found by their meaning: takes those that are due, embeds them together, writes their vectors and
/// records it, in that order. Done again after a crash at any point it comes to the same.
/// </summary>
/// <param name="queue">The documents.</param>
/// <param name="embed">The model.</param>
internal sealed class DocumentIndexer(DocumentQueue queue, EmbedTexts embed)
{
    private const int MostDocuments = 64;

    /// <summary>A document has at most <see cref="Passages.Most"/>, so that one always fits.</summary>
    private const int MostPassages = 256;

    /// <summary>The most that a batch holds: its texts, its passages, their vectors.</summary>
    /// <param name="dimensions">Components of a vector.</param>
    public static ByteSize MemoryFor(int dimensions) =>
        new((MostDocuments * (2L * sizeof(char) * Passages.MostCharacters)) + (MostPassages * ((long)dimensions * sizeof(float) + 1024)));

    /// <summary>Indexes a batch of the documents that are due.</summary>
    /// <returns>How many were dealt with, well or not.</returns>
    /// <exception cref="ModelUnavailableException">The model can't be used now; no document is to blame, nor for what follows.</exception>
    /// <exception cref="MemoryLeaseRefusedException">There is no memory.</exception>
    /// <exception cref="IOException">The device failed or is full.</exception>
    /// <exception cref="VectorIndexException">The vectors can't be used any more; open them again.</exception>
    public async Task<int> IndexAsync(VectorIndex vectors, CancellationToken cancellationToken)
    {
        var due = await queue.TakeAsync(MostDocuments, cancellationToken).ConfigureAwait(false);
        if (due.Count == 0)
            return 0;
        foreach (var damaged in due.Where(d => d.Text is null))
            await queue.FailedAsync(damaged, "What is stored is not what was written: send the document again.", cancellationToken).ConfigureAwait(false);
        var batch = Cut(due.Where(d => d.Text is not null));
        if (batch.Count == 0)
            return due.Count;
        try
        {
            await IndexAsync(vectors, batch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (IsTheirs(problem))
        {
            await IndexOneByOneAsync(vectors, batch, cancellationToken).ConfigureAwait(false);
        }
        return batch.Count;
    }

    /// <summary>Deletes the vectors of some documents that were removed, and overwrites them, before that is recorded.</summary>
    /// <returns>How many documents that were.</returns>
    public async Task<int> RemoveAsync(VectorIndex vectors, CancellationToken cancellationToken)
    {
        var removed = await queue.RemovedAsync(MostDocuments, cancellationToken).ConfigureAwait(false);
        if (removed.Count == 0)
            return 0;
        Delete(vectors, removed, cancellationToken);
        vectors.Erase(cancellationToken);
        await queue.ForgetAsync(removed, cancellationToken).ConfigureAwait(false);
        return removed.Count;
    }

    private static List<(QueuedDocument Document, string[] Passages)> Cut(IEnumerable<QueuedDocument> documents)
    {
        var batch = new List<(QueuedDocument, string[])>();
        var passages = 0;
        foreach (var document in documents)
        {
            string[] cut = [.. Passages.Of(document.Text!).Select(range => document.Text![range])];
            if ((passages += cut.Length) > MostPassages)
                break;
            batch.Add((document, cut));
        }
        return batch;
    }

    private static void Delete(VectorIndex vectors, IReadOnlyList<(long Key, int Passages)> documents, CancellationToken cancellationToken)
    {
        using var writer = vectors.BeginWrite(cancellationToken);
        foreach (var (key, passages) in documents)
        {
            for (var i = 0; i < passages; i++)
                writer.Delete(Passages.IdOf(key, i));
        }
        writer.Commit();
    }

    /// <summary>Whether the documents may be the reason: another try with the same ones would fail the same way.</summary>
    private static bool IsTheirs(Exception problem) => problem is not (
        OperationCanceledException or ModelUnavailableException or MemoryLeaseRefusedException or IOException or VectorIndexException
            or ObjectDisposedException or Microsoft.Data.Sqlite.SqliteException or DatabaseException);

    private async Task IndexAsync(VectorIndex vectors, List<(QueuedDocument Document, string[] Passages)> batch, CancellationToken cancellationToken)
    {
        string[] texts = [.. batch.SelectMany(d => d.Passages)];
        var embeddings = texts.Length > 0 ? await embed(texts, cancellationToken).ConfigureAwait(false) : [];
        Write(vectors, batch, embeddings.Select(e => e.Vector), cancellationToken);
        var gone = await queue.IndexedAsync([.. batch.Select(d => (d.Document.Key, d.Passages.Length))], cancellationToken).ConfigureAwait(false);
        if (gone.Count == 0)
            return;
        Delete(vectors, gone, cancellationToken);
        vectors.Erase(cancellationToken);
    }

    private static void Write(
        VectorIndex vectors, List<(QueuedDocument Document, string[] Passages)> batch, IEnumerable<float[]> embeddings, CancellationToken cancellationToken)
    {
        using var vector = embeddings.GetEnumerator();
        using var writer = vectors.BeginWrite(cancellationToken);
        foreach (var (document, passages) in batch)
        {
            for (var i = 0; i < passages.Length && vector.MoveNext(); i++)
            {
                SentenceModel.Normalize(vector.Current);
                writer.Put(Passages.IdOf(document.Key, i), vector.Current);
            }
        }
        writer.Commit();
    }

    private async Task IndexOneByOneAsync(VectorIndex vectors, List<(QueuedDocument Document, string[] Passages)> batch, CancellationToken cancellationToken)
    {
        var failed = new List<(QueuedDocument Document, Exception Problem)>();
        foreach (var document in batch)
        {
            try
            {
                await IndexAsync(vectors, [document], cancellationToken).ConfigureAwait(false);
            }
            catch (Exception problem) when (IsTheirs(problem))
            {
                failed.Add((document.Document, problem));
            }
        }
        // When none of several can be embedded the reason is not in them.
        if (failed.Count > 1 && failed.Count == batch.Count)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed[0].Problem);
        foreach (var (document, problem) in failed)
            await queue.FailedAsync(document, problem.Message, cancellationToken).ConfigureAwait(false);
    }
}
