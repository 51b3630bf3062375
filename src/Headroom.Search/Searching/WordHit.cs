namespace Headroom.Search.Searching;

/// <summary>A document that has words of the query.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Coverage">How much of the query it has: about 1 when each word stands in it once, weighted by how rare the words are.</param>
internal readonly record struct WordHit(long Key, double Coverage);
