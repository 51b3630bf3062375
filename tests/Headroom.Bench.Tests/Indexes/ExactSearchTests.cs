using System.Numerics.Tensors;
using Headroom.Bench.Indexes;

namespace Headroom.Bench.Tests.Indexes;

public sealed class ExactSearchTests
{
    [Theory]
    [InlineData(SampleVectors.Clustered)]
    [InlineData(SampleVectors.Random)]
    public void Every_process_makes_the_same_vectors_of_length_one(string kind)
    {
        var (one, other) = (new SampleVectors(kind), new SampleVectors(kind));
        Assert.All((long[])[0, 1, 4096, SampleVectors.FirstQuery], number =>
        {
            Assert.Equal(one.Make(number), other.Make(number));
            Assert.Equal(1, TensorPrimitives.Norm<float>(one.Make(number)), 1e-5f);
        });
        Assert.NotEqual(one.Make(0), one.Make(1));
    }

    [Fact]
    public void The_truth_is_what_sorting_all_of_them_says()
    {
        const int Count = 5000;
        var vectors = new SampleVectors(SampleVectors.Clustered);
        var query = vectors.Make(SampleVectors.FirstQuery);

        var found = Assert.Single(new ExactSearch(vectors, Count).Find([query], limit: 10));

        Assert.Equal(
            Enumerable.Range(0, Count).OrderByDescending(id => TensorPrimitives.Dot<float>(query, vectors.Make(id))).Take(10).Select(id => (long)id).Order(),
            found.Order());
    }
}
