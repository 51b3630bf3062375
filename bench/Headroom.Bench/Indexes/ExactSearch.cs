using System.Numerics.Tensors;

namespace Headroom.Bench.Indexes;

/// <summary>The truth, and what it costs: every vector in memory in full precision, compared one after the other on all processors.</summary>
internal sealed class ExactSearch
{
    private const int Slice = 4096;
    private const int TimedQueries = 20;

    private readonly float[][] _slices;
    private readonly int _count;

    public ExactSearch(SampleVectors vectors, int count)
    {
        _count = count;
        _slices = new float[(count + Slice - 1) / Slice][];
        Parallel.For(0, _slices.Length, i =>
        {
            var slice = _slices[i] = new float[Math.Min(Slice, count - (i * Slice)) * SampleVectors.Dimensions];
            for (var row = 0; row < slice.Length / SampleVectors.Dimensions; row++)
                vectors.Make((i * Slice) + row, slice.AsSpan(row * SampleVectors.Dimensions, SampleVectors.Dimensions));
        });
    }

    /// <summary>The ids of the best, for each query.</summary>
    public IReadOnlyList<HashSet<long>> Find(IReadOnlyList<float[]> queries, int limit) => [.. queries.Select(query => Best(query, limit))];

    /// <summary>The median time of one query, in milliseconds.</summary>
    public double Time(IReadOnlyList<float[]> queries, int limit)
    {
        var times = new List<double>();
        foreach (var query in queries.Take(TimedQueries))
        {
            var started = Stopwatch.GetTimestamp();
            Best(query, limit);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>The vectors as float32 rows, for programs that can't make them.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path, 1 << 20);
        var bytes = new byte[Slice * SampleVectors.Dimensions * sizeof(float)];
        foreach (var slice in _slices)
        {
            Buffer.BlockCopy(slice, 0, bytes, 0, slice.Length * sizeof(float));
            await file.WriteAsync(bytes.AsMemory(0, slice.Length * sizeof(float)), cancellationToken);
        }
    }

    private HashSet<long> Best(float[] query, int limit)
    {
        var scores = new float[_count];
        Parallel.For(0, _slices.Length, i =>
        {
            for (var row = 0; row < _slices[i].Length / SampleVectors.Dimensions; row++)
                scores[(i * Slice) + row] = TensorPrimitives.Dot<float>(query, _slices[i].AsSpan(row * SampleVectors.Dimensions, SampleVectors.Dimensions));
        });
        var best = new PriorityQueue<int, (float, int)>();
        for (var id = 0; id < scores.Length; id++)
        {
            if (best.Count < limit)
                best.Enqueue(id, (scores[id], -id));
            else
                best.EnqueueDequeue(id, (scores[id], -id));
        }
        return [.. best.UnorderedItems.Select(item => (long)item.Element)];
    }
}
