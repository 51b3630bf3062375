using Headroom.Vectors;

namespace Headroom.Search.Indexing;

/// <summary>
/// Brings vectors and documents together again, whatever a crash, a restored backup, a deleted folder or another model
/// left: a document that is said to be indexed and has no vector waits in the queue again, and a vector without a document
/// goes. Searches go on meanwhile.
/// </summary>
/// <param name="queue">What the database says.</param>
internal sealed class IndexReconciler(DocumentQueue queue)
{
    /// <summary>Keys that are compared at once; a bit for each.</summary>
    public const int RangeKeys = 1 << 22;

    private const int Page = 1000;

    /// <summary>Compares everything once.</summary>
    /// <returns>How many documents have to be indexed anew.</returns>
    public async Task<int> RunAsync(VectorIndex vectors, CancellationToken cancellationToken)
    {
        var returned = 0;
        var last = vectors.Ids().Select(Passages.DocumentOf).DefaultIfEmpty().Max();
        for (long from = 1, after = 0; ; from += RangeKeys)
        {
            var there = new KeySet(from, RangeKeys);
            foreach (var id in vectors.Ids())
                there.Add(Passages.DocumentOf(id));
            var known = new KeySet(from, RangeKeys);
            var page = await queue.KeysAsync(after, Page, cancellationToken).ConfigureAwait(false);
            while (page.Any(d => known.Covers(d.Key)))
            {
                foreach (var (key, _) in page)
                    known.Add(key);
                long[] missing = [.. page.Where(d => d.Indexed && known.Covers(d.Key) && !there.Contains(d.Key)).Select(d => d.Key)];
                if (missing.Length > 0)
                    returned += await queue.ReturnAsync(missing, cancellationToken).ConfigureAwait(false);
                after = page.Last(d => known.Covers(d.Key)).Key;
                page = await queue.KeysAsync(after, Page, cancellationToken).ConfigureAwait(false);
            }
            Delete(vectors, id => known.Covers(Passages.DocumentOf(id)) && !known.Contains(Passages.DocumentOf(id)), cancellationToken);
            if (page.Count == 0 && from + RangeKeys > last)
                return returned;
        }
    }

    private static void Delete(VectorIndex vectors, Predicate<long> which, CancellationToken cancellationToken)
    {
        using var writer = vectors.BeginWrite(cancellationToken);
        foreach (var id in vectors.Ids())
        {
            if (which(id))
                writer.Delete(id);
        }
        writer.Commit();
    }
}
