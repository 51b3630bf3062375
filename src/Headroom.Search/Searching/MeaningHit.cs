namespace Headroom.Search.Searching;

/// <summary>A document whose meaning is near the query's.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Passage">Which of its passages is nearest.</param>
/// <param name="Cosine">How near, −1 to 1.</param>
internal readonly record struct MeaningHit(long Key, int Passage, float Cosine);
