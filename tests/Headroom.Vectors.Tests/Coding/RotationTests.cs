using System.Numerics.Tensors;
using FsCheck.Fluent;
using Headroom.Vectors.Coding;

namespace Headroom.Vectors.Tests.Coding;

public sealed class RotationTests
{
    [Fact]
    public void Inner_products_survive_a_rotation_of_any_length() => Properties.Hold(
        from length in Gen.Choose(1, 700)
        from seed in Gen.Choose(0, int.MaxValue)
        select (length, seed),
        given =>
        {
            var random = new Random(given.seed);
            var (one, other) = (Samples.Unit(random, given.length), Samples.Unit(random, given.length));
            var before = TensorPrimitives.Dot<float>(one, other);
            var rotation = new Rotation(given.length);
            rotation.Apply(one);
            rotation.Apply(other);
            return Math.Abs(TensorPrimitives.Dot<float>(one, other) - before) < 1e-5;
        });

    [Theory]
    [InlineData(512)]
    [InlineData(384)]
    [InlineData(1000)]
    public void One_component_is_spread_over_all(int length)
    {
        var vector = new float[length];
        vector[3] = 1;

        new Rotation(length).Apply(vector);

        Assert.True(vector.Max(Math.Abs) < 6 / Math.Sqrt(length), $"One component still is {vector.Max(Math.Abs)}.");
    }

    [Fact]
    public void It_is_the_same_one_everywhere_for_it_is_part_of_the_file_format()
    {
        var vector = new float[] { 1, 2, 3, 4, 5 };

        new Rotation(5).Apply(vector);

        Assert.Equal(GoldenValues, vector.Select(v => MathF.Round(v, 3)));
    }

    // Computed apart from this code, from the description of the format.
    private static readonly float[] GoldenValues = [3.25f, -4.125f, 0.625f, 4.625f, 2.375f];
}
