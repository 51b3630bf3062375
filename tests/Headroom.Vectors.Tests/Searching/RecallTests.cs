namespace Headroom.Vectors.Tests.Searching;

/// <summary>How many of the exact ten a search finds, with enough vectors that it passes over signs first.</summary>
public sealed class RecallTests
{
    private const int Count = 14_000;
    private const int Seed = 17;

    [Theory]
    [InlineData(96)]
    [InlineData(128)]
    public void Ten_of_clustered_vectors_are_found_exactly_but_for_one_in_a_hundred(int dimensions)
    {
        var random = new Random(Seed);
        var centres = Enumerable.Range(0, 200).Select(_ => Samples.Unit(random, dimensions)).ToArray();

        Assert.InRange(RecallOf(() => Samples.Near(random, centres), dimensions), 0.99, 1);
    }

    [Fact]
    public void Ten_of_clustered_vectors_that_come_cluster_by_cluster_are_found_as_well()
    {
        var random = new Random(Seed);
        var centres = Enumerable.Range(0, 200).Select(_ => Samples.Unit(random, 96)).ToArray();
        var made = 0;

        Assert.InRange(RecallOf(() => Samples.Near(random, [centres[made++ / 100 % centres.Length]]), 96), 0.99, 1);
    }

    [Fact]
    public void Ten_of_vectors_without_any_order_are_found_but_for_three_in_a_hundred()
    {
        var random = new Random(Seed);

        Assert.InRange(RecallOf(() => Samples.Unit(random, 96), 96), 0.97, 1);
    }

    [Fact]
    public void Ten_of_sparse_vectors_are_found_since_signs_are_taken_after_a_rotation()
    {
        var random = new Random(Seed);
        var centres = Enumerable.Range(0, 200).Select(_ => Samples.Unit(random, 128)).ToArray();

        Assert.InRange(RecallOf(() => [.. Samples.Near(random, centres).Select(component => Math.Abs(component) < 0.1f ? 0 : component)], 128), 0.99, 1);
    }

    private static double RecallOf(Func<float[]> next, int dimensions)
    {
        using var folder = new TemporaryFolder();
        using var index = VectorIndex.Open(folder.Path, dimensions);
        var content = new Dictionary<long, float[]>();
        using (var writer = index.BeginWrite())
        {
            for (var id = 0; id < Count; id++)
                writer.Put(id, content[id] = next());
            writer.Commit();
        }
        return Samples.Recall(index, content, [.. Enumerable.Range(0, 60).Select(_ => next())], limit: 10);
    }
}
