using System.Numerics.Tensors;

namespace Headroom.Vectors.Tests;

/// <summary>Vectors by seed.</summary>
internal static class Samples
{
    /// <summary>Of length one, in any direction.</summary>
    public static float[] Unit(Random random, int dimensions)
    {
        var vector = Normal(random, dimensions);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    /// <summary>Of length one, as far from one of some centres as these are from zero.</summary>
    public static float[] Near(Random random, float[][] centres)
    {
        var centre = centres[random.Next(centres.Length)];
        var vector = Unit(random, centre.Length);
        TensorPrimitives.Add(vector, centre, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    /// <summary>Whole numbers of which one is ±127: int8 codes of it are exact, and equal scores are common.</summary>
    public static float[] Whole(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
            vector[i] = random.Next(-3, 4);
        vector[random.Next(dimensions)] = random.Next(2) == 0 ? 127 : -127;
        return vector;
    }

    /// <summary>What an exact search returns.</summary>
    public static VectorHit[] BruteForce(IEnumerable<KeyValuePair<long, float[]>> content, float[] query, int limit) =>
        [.. content
            .Select(entry => new VectorHit(entry.Key, TensorPrimitives.Dot<float>(query, entry.Value)))
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.Id)
            .Take(limit)];

    /// <summary>The share of the exact answers that a search found.</summary>
    public static double Recall(VectorIndex index, Dictionary<long, float[]> content, IReadOnlyCollection<float[]> queries, int limit) =>
        queries.Average(query => BruteForce(content, query, limit).Intersect(index.Search(query, limit)).Count() / (double)limit);

    private static float[] Normal(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
            vector[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return vector;
    }
}
