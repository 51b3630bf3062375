using System.Numerics.Tensors;
using FsCheck;
using FsCheck.Fluent;
using Headroom.Faces.Matching;
using Headroom.Faces.Tests.Samples;

namespace Headroom.Faces.Tests.Matching;

public sealed class TemplateCodeTests(FaceFixture faces)
{
    private static Gen<(float[] One, float[] Other)> UnitVectors { get; } =
        from length in Gen.Choose(1, 600)
        from seed in Gen.Choose(0, int.MaxValue)
        select (Vectors.Unit(length, seed), Vectors.Unit(length, seed ^ 0x5555));

    [Fact]
    public void The_inner_product_is_exact_at_every_length()
    {
        var random = new Random(3);
        for (var length = 0; length <= 600; length++)
        {
            var (one, other) = (Codes(random, length), Codes(random, length));
            Assert.Equal(Scalar(one, other), TemplateCode.Dot(one, other));
        }
    }

    [Theory]
    [InlineData(127, 127)]
    [InlineData(-127, 127)]
    [InlineData(-128, -128)]
    public void The_inner_product_of_the_largest_components_does_not_overflow(sbyte one, sbyte other)
    {
        var (left, right) = (new sbyte[1 << 16], new sbyte[1 << 16]);
        Array.Fill(left, one);
        Array.Fill(right, other);

        Assert.Equal(one * other * (1 << 16), TemplateCode.Dot(left, right));
    }

    [Fact]
    public void No_component_is_off_by_more_than_half_a_step() => Properties.Hold(UnitVectors, pair =>
    {
        var code = new sbyte[pair.One.Length];
        var scale = TemplateCode.Quantize(pair.One, code);
        return code.Zip(pair.One).All(c => Math.Abs((c.First * scale) - c.Second) <= scale * 0.5001f);
    });

    [Fact]
    public void The_cosine_is_within_its_bound() => Properties.Hold(UnitVectors, pair =>
        Math.Abs(Cosine(pair.One, pair.Other) - TensorPrimitives.Dot<float>(pair.One, pair.Other)) <= (Math.Sqrt(pair.One.Length) / 127) + (pair.One.Length / 64516.0) + 1e-5);

    [Fact]
    public void The_cosine_of_faces_is_off_by_less_than_0_005()
    {
        var vectors = faces.Readings.Select(r => r.Vector).OfType<float[]>().ToList();

        foreach (var one in vectors)
            Assert.All(vectors, other => Assert.Equal(TensorPrimitives.Dot<float>(one, other), Cosine(one, other), 0.005f));
    }

    [Fact]
    public void A_vector_of_zeros_is_a_code_of_zeros()
    {
        var code = new sbyte[] { 1, 2, 3 };

        Assert.Equal(1, TemplateCode.Quantize([0, 0, 0], code));
        Assert.Equal([0, 0, 0], code);
    }

    private static float Cosine(float[] one, float[] other)
    {
        var (left, right) = (new sbyte[one.Length], new sbyte[one.Length]);
        return TemplateCode.Quantize(one, left) * TemplateCode.Quantize(other, right) * TemplateCode.Dot(left, right);
    }

    private static sbyte[] Codes(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (sbyte)random.Next(-127, 128))];

    private static int Scalar(sbyte[] one, sbyte[] other) => one.Zip(other, (a, b) => a * b).Sum();
}
