using System.Numerics.Tensors;

namespace Headroom.Vectors;

/// <summary>What an index takes.</summary>
internal static class VectorRules
{
    private const float MaxSquares = 1e36f;

    /// <summary>Checks a vector.</summary>
    /// <exception cref="ArgumentException">It has another length, or a component that is not a finite number.</exception>
    public static void Check(ReadOnlySpan<float> vector, int dimensions, string name)
    {
        if (vector.Length != dimensions)
            throw new ArgumentException($"The vector has {vector.Length} components, the index takes {dimensions}. Is it another model's?", name);
        // Neither a component that is not a number nor one that is infinite survives a sum of squares.
        if (!(TensorPrimitives.SumOfSquares(vector) <= MaxSquares))
            throw new ArgumentException("The vector has a component that is not a finite number, or is longer than 10¹⁸. Look at the model's input.", name);
    }

    /// <summary>Checks a number of components.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static void CheckDimensions(int dimensions)
    {
        if (dimensions is < 1 or > VectorIndex.MaxDimensions)
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, $"A vector has 1 to {VectorIndex.MaxDimensions} components.");
    }
}
