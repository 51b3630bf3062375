using System.Numerics.Tensors;
using Headroom.Vectors.Coding;

namespace Headroom.Vectors.Tests.Coding;

public sealed unsafe class SignCodeTests
{
    [Theory]
    [InlineData(512, 0f)]
    [InlineData(512, 0.5f)]
    [InlineData(384, 0.5f)]
    [InlineData(100, 0f)]
    public void Estimates_are_right_on_average_and_off_by_as_much_as_they_say(int dimensions, float centred)
    {
        const int Seed = 11, Pairs = 2000;
        var random = new Random(Seed);
        var rotation = new Rotation(dimensions);
        var centroid = Samples.Unit(random, dimensions);
        TensorPrimitives.Multiply(centroid, centred, centroid);
        var (off, within) = (0.0, 0);
        for (var i = 0; i < Pairs; i++)
        {
            var (vector, query) = (Samples.Unit(random, dimensions), Samples.Unit(random, dimensions));
            var (estimate, error) = Estimate(vector, query, centroid, rotation);
            var difference = estimate - TensorPrimitives.Dot<float>(query, vector);
            off += difference / error / Pairs;
            within += Math.Abs(difference) <= 2 * error ? 1 : 0;
        }

        // Of a normal distribution 95.4 % are within two deviations; the mean of 2,000 is off by 0.022 of one.
        Assert.InRange(off, -0.1, 0.1);
        Assert.InRange(within / (double)Pairs, 0.93, 0.97);
    }

    [Fact]
    public void A_vector_at_its_centroid_is_estimated_exactly()
    {
        var vector = Samples.Unit(new Random(1), 64);

        Assert.Equal((0f, 0f), SignCode.Encode(vector, vector, new Rotation(64), new float[64], new ulong[1]));
    }

    [Fact]
    public void A_query_of_zeros_estimates_zero()
    {
        var random = new Random(2);

        Assert.Equal(0, Estimate(Samples.Unit(random, 64), new float[64], new float[64], new Rotation(64)).Estimate);
    }

    private static (float Estimate, float Error) Estimate(float[] vector, float[] query, float[] centroid, Rotation rotation)
    {
        var signs = new ulong[(vector.Length + 63) / 64];
        var (factor, error) = SignCode.Encode(vector, centroid, rotation, new float[vector.Length], signs);
        Span<float> product = stackalloc float[1];
        fixed (ulong* row = signs)
            new SignQuery(query, rotation).Dot(row, product);
        return ((product[0] * factor) + TensorPrimitives.Dot<float>(query, centroid), error);
    }
}
