using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Headroom.Vectors.Coding;

/// <summary>
/// A vector in one byte a component: symmetric linear quantisation to −127…127 of the largest component's size, so that
/// zero stays zero and an inner product of codes is one of vectors up to the two scales. Rows are padded with zeros to a
/// multiple of 64.
/// </summary>
internal static unsafe class ScalarCode
{
    /// <summary>Quantises.</summary>
    /// <returns>What a code's components are multiplied by to get the vector back.</returns>
    public static float Quantize(ReadOnlySpan<float> vector, Span<sbyte> code)
    {
        code.Clear();
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(vector)) / sbyte.MaxValue;
        // A vector too small to be divided by its scale is a vector of zeros.
        if (!float.IsNormal(scale))
            return 0;
        for (var i = 0; i < vector.Length; i++)
            code[i] = (sbyte)MathF.Round(vector[i] / scale);
        return scale;
    }

    /// <summary>The exact inner product of a code and one widened to 16 bits, both padded to a length of at most 2¹⁷.</summary>
    public static int Dot(short* query, sbyte* code, int length) =>
        Vector512.IsHardwareAccelerated && Avx512BW.IsSupported ? DotAvx512(query, code, length)
        : Avx2.IsSupported ? DotAvx2(query, code, length)
        : DotPortable(query, code, length);

    internal static int DotAvx512(short* query, sbyte* code, int length)
    {
        var (even, odd) = (Vector512<int>.Zero, Vector512<int>.Zero);
        for (var i = 0; i < length; i += 64)
        {
            even += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(code + i)), Vector512.Load(query + i));
            odd += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(code + i + 32)), Vector512.Load(query + i + 32));
        }
        return Vector512.Sum(even + odd);
    }

    internal static int DotAvx2(short* query, sbyte* code, int length)
    {
        var (even, odd) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var i = 0; i < length; i += 32)
        {
            even += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(code + i)), Vector256.Load(query + i));
            odd += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(code + i + 16)), Vector256.Load(query + i + 16));
        }
        return Vector256.Sum(even + odd);
    }

    internal static int DotPortable(short* query, sbyte* code, int length)
    {
        var sum = Vector<int>.Zero;
        for (var i = 0; i < length; i += Vector<sbyte>.Count)
        {
            Vector.Widen(Vector.Load(code + i), out var low, out var high);
            // 127 × 127 fits into 16 bits; sums of them do not.
            Vector.Widen(low * Vector.Load(query + i), out var a, out var b);
            Vector.Widen(high * Vector.Load(query + i + Vector<short>.Count), out var c, out var d);
            sum += a + b + c + d;
        }
        return Vector.Sum(sum);
    }
}
