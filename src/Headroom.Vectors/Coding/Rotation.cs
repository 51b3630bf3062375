using System.Numerics.Tensors;

namespace Headroom.Vectors.Coding;

/// <summary>
/// A fixed orthogonal mixing of all components, so that signs say equally much of each: rounds of random sign flips and
/// a fast Walsh–Hadamard transform (Ailon and Chazelle, «The fast Johnson–Lindenstrauss transform», 2009). Where the
/// length is no power of two, rounds take turns between its first and its last components.
/// </summary>
internal sealed class Rotation
{
    private const int Rounds = 4;
    private const ulong Seed = 0x4865_6164_726F_6F6D;

    private readonly int[] _flips;
    private readonly int _dimensions;
    private readonly int _window;
    private readonly float _norm;

    public Rotation(int dimensions)
    {
        _dimensions = dimensions;
        _window = 1 << int.Log2(dimensions);
        _norm = 1 / MathF.Sqrt(_window);
        _flips = new int[Rounds * dimensions];
        var state = Seed;
        for (var i = 0; i < _flips.Length; i++)
            _flips[i] = (int)(Mix(ref state) >> 63) << 31;
    }

    /// <summary>Rotates in place.</summary>
    public void Apply(Span<float> vector)
    {
        var bits = System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(vector);
        for (var round = 0; round < Rounds; round++)
        {
            TensorPrimitives.Xor(bits, _flips.AsSpan(round * _dimensions, _dimensions), bits);
            var window = vector.Slice(round % 2 == 0 ? 0 : _dimensions - _window, _window);
            Transform(window);
            TensorPrimitives.Multiply(window, _norm, window);
        }
    }

    private static void Transform(Span<float> values)
    {
        for (var half = 1; half < values.Length; half *= 2)
        {
            for (var at = 0; at < values.Length; at += 2 * half)
            {
                for (var i = at; i < at + half; i++)
                {
                    var (sum, difference) = (values[i] + values[i + half], values[i] - values[i + half]);
                    values[i] = sum;
                    values[i + half] = difference;
                }
            }
        }
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014): the flips are part of the file format.</summary>
    private static ulong Mix(ref ulong state)
    {
        var z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
