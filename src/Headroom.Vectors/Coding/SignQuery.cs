using System.Numerics;
using System.Numerics.Tensors;

namespace Headroom.Vectors.Coding;

/// <summary>
/// A query to compare with signs: rotated and quantised to four bits a component, each bit of all components in a plane
/// of its own, so that an inner product with signs is four counts of differing bits.
/// </summary>
internal sealed class SignQuery
{
    private const int Planes = 4;
    private const float HalfRange = ((1 << Planes) - 1) / 2f;

    private readonly ulong[] _planes;
    private readonly float _step;
    private readonly float _none;

    public SignQuery(ReadOnlySpan<float> query, Rotation rotation)
    {
        var rotated = query.ToArray();
        rotation.Apply(rotated);
        _planes = new ulong[(query.Length + 63) / 64 * Planes];
        _step = Math.Abs(TensorPrimitives.MaxMagnitude<float>(rotated)) / HalfRange;
        _none = _step * HalfRange * query.Length;
        if (!float.IsNormal(_step))
            return;
        for (var i = 0; i < rotated.Length; i++)
        {
            var level = (ulong)Math.Clamp(MathF.Round((rotated[i] / _step) + HalfRange), 0, 2 * HalfRange);
            for (var plane = 0; plane < Planes; plane++)
                _planes[(i / 64 * Planes) + plane] |= (level >> plane & 1) << (i & 63);
        }
    }

    /// <summary>Inner products of the rotated query with rows of signs.</summary>
    public unsafe void Dot(ulong* signs, Span<float> products)
    {
        fixed (ulong* planes = _planes)
        {
            var words = _planes.Length / Planes;
            foreach (ref var product in products)
            {
                int ones = 0, twos = 0, fours = 0, eights = 0;
                var plane = planes;
                for (var end = signs + words; signs < end; signs++, plane += Planes)
                {
                    ones += BitOperations.PopCount(*signs ^ plane[0]);
                    twos += BitOperations.PopCount(*signs ^ plane[1]);
                    fours += BitOperations.PopCount(*signs ^ plane[2]);
                    eights += BitOperations.PopCount(*signs ^ plane[3]);
                }
                product = _none - (_step * (ones + (2 * twos) + (4 * fours) + (8 * eights)));
            }
        }
    }
}
