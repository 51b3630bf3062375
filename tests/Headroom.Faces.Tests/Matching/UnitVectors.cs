using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Headroom.Faces.Tests.Matching;

/// <summary>Vectors to compare.</summary>
internal static class UnitVectors
{
    /// <summary>A seeded unit vector in any direction.</summary>
    public static float[] Unit(int length, int seed)
    {
        var random = new Random(seed);
        var vector = new float[length];
        foreach (ref var component in vector.AsSpan())
            component = (float)((random.NextDouble() * 2) - 1.0000001);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    /// <summary>A unit vector of four components whose cosine with (1, 0, 0, 0) is <paramref name="cosine"/>.</summary>
    public static float[] At(double cosine) => [(float)cosine, (float)Math.Sqrt(1 - (cosine * cosine)), 0, 0];

    public static byte[] Bytes(float[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();
}
