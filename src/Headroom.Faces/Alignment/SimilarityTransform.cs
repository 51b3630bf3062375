using System.Numerics;

namespace Headroom.Faces.Alignment;

/// <summary>Rotation, uniform scale and shift: (x, y) → (a·x − b·y + c, b·x + a·y + d).</summary>
internal readonly record struct SimilarityTransform(float A, float B, float C, float D)
{
    /// <summary>
    /// The transform that brings one set of points closest to another in the least-squares sense; the closed form for
    /// two dimensions without reflection of Umeyama, «Least-squares estimation of transformation parameters between
    /// two point patterns», 1991.
    /// </summary>
    /// <returns>Null when all points of the first set coincide.</returns>
    public static SimilarityTransform? Between(ReadOnlySpan<Vector2> from, ReadOnlySpan<Vector2> to)
    {
        var (fromMean, toMean) = (Mean(from), Mean(to));
        float spread = 0, cosine = 0, sine = 0;
        for (var i = 0; i < from.Length; i++)
        {
            var (p, q) = (from[i] - fromMean, to[i] - toMean);
            spread += p.LengthSquared();
            cosine += Vector2.Dot(p, q);
            sine += (p.X * q.Y) - (p.Y * q.X);
        }
        if (spread < 1e-6f)
            return null;
        var (a, b) = (cosine / spread, sine / spread);
        return new SimilarityTransform(a, b, toMean.X - ((a * fromMean.X) - (b * fromMean.Y)), toMean.Y - ((b * fromMean.X) + (a * fromMean.Y)));
    }

    /// <summary>The transform back.</summary>
    public SimilarityTransform Inverse()
    {
        var square = (A * A) + (B * B);
        var (a, b) = (A / square, -B / square);
        return new SimilarityTransform(a, b, -((a * C) - (b * D)), -((b * C) + (a * D)));
    }

    /// <summary>Where a point goes.</summary>
    public Vector2 Apply(Vector2 p) => new((A * p.X) - (B * p.Y) + C, (B * p.X) + (A * p.Y) + D);

    private static Vector2 Mean(ReadOnlySpan<Vector2> points)
    {
        var sum = Vector2.Zero;
        foreach (var point in points)
            sum += point;
        return sum / points.Length;
    }
}
