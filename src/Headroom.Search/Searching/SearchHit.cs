namespace Headroom.Search.Searching;

/// <summary>A document that was found.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Score">What the answer is ordered by; see <see cref="Fusion"/>.</param>
/// <param name="KeywordRank">Its place among those found by words, from 1; null when it was not.</param>
/// <param name="SemanticRank">Its place among those found by meaning, from 1; null when it was not.</param>
/// <param name="Passage">Which of its passages is nearest to the query, where that is what speaks for it.</param>
internal readonly record struct SearchHit(long Key, double Score, int? KeywordRank, int? SemanticRank, int? Passage);
