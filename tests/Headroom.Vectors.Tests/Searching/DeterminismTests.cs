namespace Headroom.Vectors.Tests.Searching;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(3_000)]
    [InlineData(14_000)]
    public void The_number_of_threads_changes_nothing(int count)
    {
        var random = new Random(23);
        using var folder = new TemporaryFolder();
        using (var index = VectorIndex.Open(folder.Path, 32))
        {
            using var writer = index.BeginWrite();
            for (var id = 0; id < count; id++)
                writer.Put(id, Samples.Whole(random, 32));
            writer.Commit();
        }
        var queries = Enumerable.Range(0, 30).Select(_ => Samples.Whole(random, 32)).ToArray();

        var answers = ((int[])[1, 2, 7]).Select(threads => Answers(folder, threads, queries)).ToList();

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.All(answers[0], answer => Assert.Equal(100, answer.Length));
    }

    [Fact]
    public void A_filter_that_few_pass_finds_them_all_among_many()
    {
        var random = new Random(29);
        using var folder = new TemporaryFolder();
        using var index = VectorIndex.Open(folder.Path, 32);
        var content = new Dictionary<long, float[]>();
        using (var writer = index.BeginWrite())
        {
            for (var id = 0; id < 15_000; id++)
                writer.Put(id, content[id] = Samples.Whole(random, 32));
            writer.Commit();
        }
        var query = Samples.Whole(random, 32);

        var found = index.Search(query, 10, id => id % 3000 == 1);

        Assert.Equal(Samples.BruteForce(content.Where(entry => entry.Key % 3000 == 1), query, 10), found);
    }

    private static List<VectorHit[]> Answers(TemporaryFolder folder, int threads, float[][] queries)
    {
        using var index = VectorIndex.Open(folder.Path, 32, threads);
        return [.. queries.Select(query => index.Search(query, 100))];
    }
}
