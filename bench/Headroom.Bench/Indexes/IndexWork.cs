using System.Text.Json;
using Headroom.Vectors;

namespace Headroom.Bench.Indexes;

/// <summary>Building and searching an index; runs inside the limit.</summary>
internal static class IndexWork
{
    /// <summary>The hidden verb that makes the bench do this.</summary>
    public const string Verb = "index";

    /// <summary>How many vectors a search asks for.</summary>
    public const int Limit = 10;

    private const int Batch = 5000;
    private const int Rounds = 5;

    /// <summary>Puts so many vectors into a new index, or searches one with so many queries and prints <see cref="SearchTimes"/>.</summary>
    /// <param name="work">«build» or «search».</param>
    /// <param name="kind">As in <see cref="SampleVectors"/>.</param>
    public static void Run(string work, string folder, string kind, int count)
    {
        if (work == "build")
            Build(folder, kind, count);
        else
            Console.WriteLine(JsonSerializer.Serialize(Search(folder, kind, count), BenchJson.Plain));
    }

    private static void Build(string folder, string kind, int count)
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

    private static SearchTimes Search(string folder, string kind, int queries)
    {
        var vectors = new SampleVectors(kind);
        var questions = Enumerable.Range(0, queries).Select(i => vectors.Make(SampleVectors.FirstQuery + i)).ToList();
        WarmUp($"{folder}-warm", vectors);
        SearchTimes times;
        var started = Stopwatch.GetTimestamp();
        using (var index = VectorIndex.Open(folder, SampleVectors.Dimensions))
        {
            var open = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            started = Stopwatch.GetTimestamp();
            index.Search(questions[0], Limit);
            var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var found = questions.ConvertAll(question => (IReadOnlyList<long>)[.. index.Search(question, Limit).Select(hit => hit.Id)]);
            var (median, slowest) = Best(index, questions);
            times = new SearchTimes(open, first, median, slowest, 0, found);
        }
        using (var index = VectorIndex.Open(folder, SampleVectors.Dimensions, threads: 1))
            return times with { SingleThreaded = Best(index, questions).Median };
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

    /// <summary>Searches another index, so that the first search is not the compiler's time.</summary>
    private static void WarmUp(string folder, SampleVectors vectors)
    {
        Build(folder, SampleVectors.Random, 13 * 1024);
        using (var index = VectorIndex.Open(folder, SampleVectors.Dimensions))
        {
            for (var i = 0; i < 300; i++)
                index.Search(vectors.Make(i), Limit);
        }
        Directory.Delete(folder, recursive: true);
    }
}
