namespace Headroom.Vectors.Tests.Host;

/// <summary>An endless series of batches that two processes can agree on: the first so many batches always make the same content.</summary>
public sealed class Batches(int seed)
{
    public const int Dimensions = 24;

    private const int Ids = 3000;

    /// <summary>What a batch puts (a vector) and deletes (null), in order.</summary>
    public IEnumerable<(long Id, float[]? Vector)> Changes(int batch)
    {
        var random = new Random(HashCode(batch));
        var count = random.Next(1, 120);
        for (var i = 0; i < count; i++)
            yield return (random.Next(Ids), random.Next(5) == 0 ? null : Vector(random));
    }

    /// <summary>What is there after so many batches.</summary>
    public Dictionary<long, float[]> ContentAfter(int batches)
    {
        var content = new Dictionary<long, float[]>();
        foreach (var (id, vector) in Enumerable.Range(0, batches).SelectMany(Changes))
        {
            if (vector is null)
                content.Remove(id);
            else
                content[id] = vector;
        }
        return content;
    }

    private static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle() - 0.5f)];

    private int HashCode(int batch) => unchecked((seed * 1_000_003) ^ (batch * 7919));
}
