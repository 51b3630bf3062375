using Headroom.Search.Indexing;
using Headroom.Vectors;

namespace Headroom.Search.Searching;

/// <summary>Finds documents by their meaning: one is as near to the query as its nearest passage.</summary>
/// <param name="index">The passages' vectors.</param>
internal sealed class MeaningSearch(MeaningIndex index)
{
    /// <summary>Finds.</summary>
    /// <param name="query">The query's vector, of length one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="where">Which documents are looked at; null for all.</param>
    /// <param name="known">Which of some documents there still are.</param>
    /// <returns>The nearest first. Fewer than <paramref name="limit"/> only when there are no more.</returns>
    public async Task<IReadOnlyList<MeaningHit>> FindAsync(float[] query, int limit, KeySet? where, Func<IReadOnlyList<long>, Task<IReadOnlySet<long>>> known)
    {
        Predicate<long>? wanted = where is null ? null : id => where.Contains(Passages.DocumentOf(id));
        // Several passages may be of one document, and some of documents that were removed a moment ago.
        for (var passages = 2 * limit; ; passages *= 4)
        {
            passages = Math.Min(passages, VectorIndex.MaxResults);
            var hits = index.Use(vectors => vectors.Search(query, passages, wanted));
            var nearest = Nearest(hits);
            var there = await known([.. nearest.Select(h => h.Key)]).ConfigureAwait(false);
            List<MeaningHit> found = [.. nearest.Where(h => there.Contains(h.Key)).Take(limit)];
            if (found.Count == limit || hits.Count < passages || passages == VectorIndex.MaxResults)
                return found;
        }
    }

    /// <summary>How near certain documents are; those that have no vector are not in the answer.</summary>
    public IReadOnlyList<MeaningHit> Compare(float[] query, IReadOnlySet<long> documents) =>
        documents.Count == 0 ? [] : Nearest(index.Use(vectors => vectors.Compare(query, id => documents.Contains(Passages.DocumentOf(id)))));

    private static List<MeaningHit> Nearest(IReadOnlyList<VectorHit> passages)
    {
        var nearest = new Dictionary<long, MeaningHit>();
        foreach (var hit in passages)
        {
            var key = Passages.DocumentOf(hit.Id);
            if (!nearest.TryGetValue(key, out var before) || hit.Score > before.Cosine)
                nearest[key] = new MeaningHit(key, Passages.PassageOf(hit.Id), hit.Score);
        }
        return [.. nearest.Values.OrderByDescending(h => h.Cosine).ThenBy(h => h.Key)];
    }
}
