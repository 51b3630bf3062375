using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;
using FsCheck;
using FsCheck.Fluent;
using Headroom.Vectors.Coding;

namespace Headroom.Vectors.Tests.Coding;

public sealed unsafe class ScalarCodeTests
{
    private static Gen<float[]> Vectors { get; } =
        from length in Gen.Choose(1, 300)
        from seed in Gen.Choose(0, int.MaxValue)
        select Samples.Unit(new Random(seed), length);

    [Fact]
    public void No_component_is_off_by_more_than_half_a_step() => Properties.Hold(Vectors, vector =>
    {
        var code = new sbyte[vector.Length];
        var scale = ScalarCode.Quantize<sbyte>(vector, code);
        return code.Zip(vector).All(c => Math.Abs((c.First * scale) - c.Second) <= scale * 0.5001f);
    });

    [Fact]
    public void The_cosine_is_within_its_bound() => Properties.Hold(Vectors, vector =>
    {
        var other = Samples.Unit(new Random(vector.Length), vector.Length);
        var (query, code) = (new short[ScalarCode.LengthFor(vector.Length)], new sbyte[ScalarCode.LengthFor(vector.Length)]);
        var cosine = ScalarCode.Quantize<short>(vector, query) * ScalarCode.Quantize<sbyte>(other, code) * ScalarCode.Dot(query, code);
        return Math.Abs(cosine - TensorPrimitives.Dot<float>(vector, other)) <= (Math.Sqrt(vector.Length) / 127) + (vector.Length / 64516.0) + 1e-5;
    });

    [Theory]
    [InlineData(64, 128)]
    [InlineData(100, 100)]
    public void Codes_that_are_not_padded_alike_are_refused(int query, int code) =>
        Assert.Contains("LengthFor", Assert.Throws<ArgumentException>(() => ScalarCode.Dot(new short[query], new sbyte[code])).Message);

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-44f)]
    public void What_is_too_small_to_divide_by_is_a_code_of_zeros(float component)
    {
        var code = new sbyte[] { 1, 2, 3 };

        Assert.Equal(0, ScalarCode.Quantize<sbyte>([component, component], code));
        Assert.Equal([0, 0, 0], code);
    }

    [Fact]
    public void Every_inner_product_is_exact_whichever_registers_compute_it()
    {
        var random = new Random(5);
        for (var length = 64; length <= 1024; length += 64)
        {
            var query = Enumerable.Range(0, length).Select(_ => (short)random.Next(-127, 128)).ToArray();
            var code = Enumerable.Range(0, length).Select(_ => (sbyte)random.Next(-127, 128)).ToArray();
            AssertExact(query, code);
        }
    }

    [Theory]
    [InlineData(127, 127)]
    [InlineData(-127, 127)]
    [InlineData(-127, -127)]
    public void The_largest_components_do_not_overflow(short query, sbyte code) =>
        AssertExact(Enumerable.Repeat(query, 8192).ToArray(), Enumerable.Repeat(code, 8192).ToArray());

    private static void AssertExact(short[] query, sbyte[] code)
    {
        var expected = query.Zip(code, (q, c) => q * c).Sum();
        fixed (short* q = query)
        fixed (sbyte* c = code)
        {
            Assert.Equal(expected, ScalarCode.Dot(q, c, code.Length));
            Assert.Equal(expected, ScalarCode.DotPortable(q, c, code.Length));
            if (Avx2.IsSupported)
                Assert.Equal(expected, ScalarCode.DotAvx2(q, c, code.Length));
            if (Avx512BW.IsSupported)
                Assert.Equal(expected, ScalarCode.DotAvx512(q, c, code.Length));
        }
    }
}
