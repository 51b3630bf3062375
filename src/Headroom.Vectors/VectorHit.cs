namespace Headroom.Vectors;

/// <summary>A vector that was found.</summary>
/// <param name="Id">The id it was put under.</param>
/// <param name="Score">Its inner product with the query in single precision: the cosine when both have length one.</param>
public readonly record struct VectorHit(long Id, float Score);
