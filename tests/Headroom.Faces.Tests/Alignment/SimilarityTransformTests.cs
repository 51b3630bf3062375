using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Headroom.Faces.Alignment;

namespace Headroom.Faces.Tests.Alignment;

public sealed class SimilarityTransformTests
{
    private static readonly Vector2[] Face = [new(38, 52), new(74, 51), new(56, 72), new(42, 92), new(71, 92)];

    private static Gen<SimilarityTransform> Any { get; } =
        from angle in Gen.Choose(-314, 314)
        from scale in Gen.Choose(5, 800)
        from x in Gen.Choose(-1000, 1000)
        from y in Gen.Choose(-1000, 1000)
        select new SimilarityTransform(MathF.Cos(angle / 100f) * scale / 100f, MathF.Sin(angle / 100f) * scale / 100f, x, y);

    [Fact]
    public void Between_points_and_their_image_it_is_the_transform() => Properties.Hold(Any, transform =>
    {
        var found = SimilarityTransform.Between(Face, [.. Face.Select(transform.Apply)])!.Value;
        return Near(found.A, transform.A, 1e-4f)
            && Near(found.B, transform.B, 1e-4f)
            && Near(found.C, transform.C, 0.02f)
            && Near(found.D, transform.D, 0.02f);
    });

    [Fact]
    public void The_inverse_brings_every_point_back() => Properties.Hold(Any, transform =>
        Face.All(p => Vector2.Distance(transform.Inverse().Apply(transform.Apply(p)), p) < 0.05f));

    [Fact]
    public void No_small_change_of_it_brings_the_points_closer()
    {
        Vector2[] moved = [new(40, 50), new(77, 53), new(55, 70), new(40, 95), new(73, 90)];
        var best = SimilarityTransform.Between(Face, moved)!.Value;

        foreach (var step in new[] { -0.01f, 0.01f })
        {
            Assert.True(Error(best with { A = best.A + step }) > Error(best));
            Assert.True(Error(best with { B = best.B + step }) > Error(best));
            Assert.True(Error(best with { C = best.C + (10 * step) }) > Error(best));
            Assert.True(Error(best with { D = best.D + (10 * step) }) > Error(best));
        }

        double Error(SimilarityTransform t) => Face.Zip(moved, (p, q) => (double)(t.Apply(p) - q).LengthSquared()).Sum();
    }

    [Fact]
    public void A_mirrored_face_is_not_mirrored_back()
    {
        var found = SimilarityTransform.Between([.. Face.Select(p => new Vector2(-p.X, p.Y))], Face)!.Value;

        // Rotation and scale only: the eyes can't both be met.
        Assert.True(Vector2.Distance(found.Apply(new Vector2(-Face[0].X, Face[0].Y)), Face[0]) > 10);
    }

    [Fact]
    public void Points_that_coincide_have_none() => Assert.Null(SimilarityTransform.Between([.. Enumerable.Repeat(new Vector2(5, 5), 5)], Face));

    private static bool Near(float one, float other, float tolerance) => Math.Abs(one - other) <= tolerance;
}
