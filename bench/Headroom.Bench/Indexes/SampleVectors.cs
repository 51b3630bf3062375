using System.Numerics.Tensors;

namespace Headroom.Bench.Indexes;

/// <summary>
/// Vectors of length one, each from its number alone, so that every process can make the same ones: near one of 1,000
/// random centres, as far from it as it is from zero (clustered), or in any direction (random). Components of the noise
/// are sums of four uniform numbers, close to a normal distribution. The seed is 7.
/// </summary>
internal sealed class SampleVectors
{
    public const int Dimensions = 512;

    public const string Clustered = "clustered";

    public const string Random = "random";

    /// <summary>Queries are vectors like the others whose numbers are never indexed.</summary>
    public const long FirstQuery = 1L << 40;

    private const int Centres = 1000;
    private const ulong Seed = 7;

    private readonly float[][]? _centres;

    /// <param name="kind"><see cref="Clustered"/> or <see cref="Random"/>.</param>
    public SampleVectors(string kind)
    {
        if (kind != Clustered)
            return;
        _centres = new float[Centres][];
        for (var i = 0; i < Centres; i++)
            Direction((1L << 50) + i, _centres[i] = new float[Dimensions]);
    }

    public void Make(long number, Span<float> vector)
    {
        var state = Direction(number, vector);
        if (_centres is null)
            return;
        TensorPrimitives.Add(vector, _centres[Next(ref state) % Centres], vector);
        Normalize(vector);
    }

    public float[] Make(long number)
    {
        var vector = new float[Dimensions];
        Make(number, vector);
        return vector;
    }

    private static ulong Direction(long number, Span<float> vector)
    {
        var state = Seed ^ ((ulong)number * 0xD134_2543_DE82_EF95);
        foreach (ref var component in vector)
        {
            var bits = Next(ref state);
            component = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48) - 131_070f;
        }
        Normalize(vector);
        return state;
    }

    private static void Normalize(Span<float> vector) => TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);

    /// <summary>SplitMix64.</summary>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
