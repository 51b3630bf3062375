using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Headroom.Vectors.Coding;

/// <summary>
/// A vector in one byte a component: symmetric linear quantisation to −127…127 of the largest component's size, so that
/// zero stays zero and an inner product of codes is one of vectors up to the two scales. Codes are padded with zeros to
/// <see cref="LengthFor"/>, so that no loop has a remainder.
/// </summary>
public static unsafe class ScalarCode
{
    /// <summary>What the widest registers take at once, in bytes.</summary>
    private const int Step = 64;

    /// <summary>The length of a code, in components: those of the vector, padded to a multiple of 64.</summary>
    public static int LengthFor(int dimensions) => (dimensions + Step - 1) & ~(Step - 1);

    /// <summary>Quantises, and pads with zeros.</summary>
    /// <typeparam name="T"><see cref="sbyte"/> to store, <see cref="short"/> to compare stored codes with.</typeparam>
    /// <param name="vector">Finite components.</param>
    /// <param name="code">At least as long.</param>
    /// <returns>What a code's components are multiplied by to get the vector back; 0 for a vector of zeros.</returns>
    public static float Quantize<T>(ReadOnlySpan<float> vector, Span<T> code)
        where T : unmanaged, IBinaryInteger<T>
    {
        code.Clear();
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(vector)) / sbyte.MaxValue;
        // A vector too small to be divided by its scale is a vector of zeros.
        if (!float.IsNormal(scale))
            return 0;
        for (var i = 0; i < vector.Length; i++)
            code[i] = T.CreateTruncating(MathF.Round(vector[i] / scale));
        return scale;
    }

    /// <summary>The exact inner product of two codes.</summary>
    /// <param name="query">Padded, at most 2¹⁷ components.</param>
    /// <param name="code">As long.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no multiple of 64.</exception>
    public static int Dot(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> code)
    {
        if (query.Length != code.Length || code.Length % Step != 0)
            throw new ArgumentException(
                $"Codes of {query.Length} and {code.Length} components can't be compared: both need the length that {nameof(LengthFor)} gives.", nameof(code));
        fixed (short* q = query)
        fixed (sbyte* c = code)
            return Dot(q, c, code.Length);
    }

    internal static int Dot(short* query, sbyte* code, int length) =>
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
