using System.Text.Json;

namespace Headroom.Vectors.Bench;

/// <summary>What runs inside the limit.</summary>
public static class Inside
{
    public const int Limit = 10;

    private const int Batch = 5000;
    private const int Rounds = 5;

    /// <summary>Puts all vectors into a new index.</summary>
    public static void Build(string folder, string kind, int count)
    {
        var vectors = new SampleVectors(kind);
        var vector = new float[SampleVectors.Dimensions];
        using var index = VectorIndex.Open(folder, SampleVectors.Dimensions);
        for (var id = 0; id < count;)
        {
            using var writer = index.BeginWrite();
            for (var end = Math.Min(count, id + Batch); id < end; id++)
            {
                vectors.Make(id, vector);
                writer.Put(id, vector);
            }
            writer.Commit();
        }
    }

    /// <summary>Opens the index and searches; prints what it measured.</summary>
    public static void Query(string folder, string kind, int queries)
    {
        var vectors = new SampleVectors(kind);
        var questions = Enumerable.Range(0, queries).Select(i => vectors.Make(SampleVectors.FirstQuery + i)).ToList();
        // So that the first search is not the compiler's time.
        WarmUp(vectors);
        var started = Stopwatch.GetTimestamp();
        Measured measured;
        using (var index = VectorIndex.Open(folder, SampleVectors.Dimensions))
        {
            var open = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            started = Stopwatch.GetTimestamp();
            index.Search(questions[0], Limit);
            var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var found = questions.ConvertAll(question => (IReadOnlyList<long>)[.. index.Search(question, Limit).Select(hit => hit.Id)]);
            var (median, slowest) = Best(index, questions);
            measured = new Measured(open, first, median, slowest, 0, found);
        }
        using (var index = VectorIndex.Open(folder, SampleVectors.Dimensions, threads: 1))
            measured = measured with { SingleThreaded = Best(index, questions).Median };
        Console.WriteLine(JsonSerializer.Serialize(measured));
    }

    /// <summary>Times of the round with the smallest median: what others do on the machine is not the index's.</summary>
    private static (double Median, double Slowest) Best(VectorIndex index, List<float[]> questions) => Enumerable.Range(0, Rounds).Select(_ =>
    {
        var times = questions.ConvertAll(question =>
        {
            var started = Stopwatch.GetTimestamp();
            index.Search(question, Limit);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });
        times.Sort();
        return (times[times.Count / 2], times[times.Count * 99 / 100]);
    }).Min();

    private static void WarmUp(SampleVectors vectors)
    {
        var folder = Directory.CreateTempSubdirectory("headroom-warm-").FullName;
        Build(folder, "random", 13 * 1024);
        using (var index = VectorIndex.Open(folder, SampleVectors.Dimensions))
        {
            for (var i = 0; i < 300; i++)
                index.Search(vectors.Make(i), Limit);
        }
        Directory.Delete(folder, recursive: true);
    }
}
