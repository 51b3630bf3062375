namespace Headroom.Search.Searching;

/// <summary>
/// Makes one order of what was found by words and by meaning: a weighted sum of both scores (S. Bruch, S. Gai and A. Ingber,
/// «An Analysis of Fusion Functions for Hybrid Retrieval», 2023), each on a scale that means the same for every query: the
/// cosine, and how much of the query's words a document has. Places alone, as in reciprocal rank fusion, would let a
/// document that shares a «how» and a «do» count as much as one that shares all that matters.
/// </summary>
internal static class Fusion
{
    /// <summary>What the cosine counts; the words' share counts the rest to 1. Measured, see docs/explanation/search.md.</summary>
    public const double MeaningWeight = 0.75;

    /// <summary>Orders by both.</summary>
    /// <param name="words">Found by words, the best first.</param>
    /// <param name="meaning">Found by meaning, the nearest first.</param>
    /// <param name="compared">How near those are that were found by words only.</param>
    /// <param name="limit">How many at most.</param>
    public static IReadOnlyList<SearchHit> Merge(
        IReadOnlyList<WordHit> words, IReadOnlyList<MeaningHit> meaning, IReadOnlyList<MeaningHit> compared, int limit)
    {
        var coverage = words.Select((hit, i) => (hit.Key, hit.Coverage, Rank: i + 1)).ToDictionary(w => w.Key);
        var nearness = compared
            .Select(hit => (Hit: hit, Rank: (int?)null))
            .Concat(meaning.Select((hit, i) => (Hit: hit, Rank: (int?)(i + 1))))
            .ToDictionary(m => m.Hit.Key);
        return [.. coverage.Keys.Union(nearness.Keys)
            .Select(key =>
            {
                var (word, near) = (coverage.GetValueOrDefault(key), nearness.GetValueOrDefault(key));
                var (byMeaning, byWords) = (MeaningWeight * Math.Max(0, near.Hit.Cosine), (1 - MeaningWeight) * Share(word.Coverage));
                return new SearchHit(key, byMeaning + byWords, word.Rank > 0 ? word.Rank : null, near.Rank, byMeaning > byWords ? near.Hit.Passage : null);
            })
            .OrderByDescending(h => h.Score).ThenBy(h => h.Key)
            .Take(limit)];
    }

    /// <summary>Squared: a document that has half of the words, mostly the common half, says far less than half of what was asked.</summary>
    private static double Share(double coverage) => Math.Min(1, coverage * coverage);

    /// <summary>What was found by words alone.</summary>
    public static IReadOnlyList<SearchHit> Of(IReadOnlyList<WordHit> words) =>
        [.. words.Select((hit, i) => new SearchHit(hit.Key, hit.Coverage, i + 1, null, null))];

    /// <summary>What was found by meaning alone.</summary>
    public static IReadOnlyList<SearchHit> Of(IReadOnlyList<MeaningHit> meaning) =>
        [.. meaning.Select((hit, i) => new SearchHit(hit.Key, hit.Cosine, null, i + 1, hit.Passage))];
}
