using System.Numerics.Tensors;

namespace Headroom.Vectors.Coding;

/// <summary>
/// One bit a component: the signs of the rotated difference from a centroid, with the factor that makes an inner product
/// with them an unbiased estimate of one with the vector, and how far off that may be (Gao and Long, «RaBitQ: quantizing
/// high-dimensional vectors with a theoretical error bound», SIGMOD 2024, with another rotation).
/// </summary>
internal static class SignCode
{
    /// <summary>Codes a vector: bits from the lowest, those beyond its length zero. <paramref name="rotated"/> is scratch of that length.</summary>
    /// <returns>The factor, and the standard deviation of the estimate for a query of length one.</returns>
    public static (float Factor, float Error) Encode(
        ReadOnlySpan<float> vector, ReadOnlySpan<float> centroid, Rotation rotation, Span<float> rotated, Span<ulong> signs)
    {
        TensorPrimitives.Subtract(vector, centroid, rotated);
        rotation.Apply(rotated);
        signs.Clear();
        for (var i = 0; i < rotated.Length; i++)
            signs[i / 64] |= rotated[i] > 0 ? 1ul << (i & 63) : 0;
        var squares = TensorPrimitives.SumOfSquares<float>(rotated);
        var magnitudes = TensorPrimitives.SumOfMagnitudes<float>(rotated);
        if (!(magnitudes > 0))
            return (0, 0);
        var factor = squares / magnitudes;
        // What the signs don't say is at a right angle to what they do, in a direction as good as random.
        var unsaid = Math.Max(0, (rotated.Length * factor * factor) - squares);
        return (factor, MathF.Sqrt(unsaid / Math.Max(1, rotated.Length - 1)));
    }
}
