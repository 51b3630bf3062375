using FsCheck;
using FsCheck.Fluent;

namespace Headroom.Vectors.Tests;

/// <summary>Whatever is done in whatever order, the index holds and finds what a dictionary would.</summary>
public sealed class VectorIndexModelTests
{
    private const int Dimensions = 8;

    private enum Action
    {
        Put,
        Delete,
        PutMany,
        Batch,
        AbandonedBatch,
        Reopen,
        Compact,
    }

    private static Gen<(Action Action, int Seed)> Steps { get; } =
        from action in Gen.Frequency(
            (6, Gen.Constant(Action.Put)),
            (4, Gen.Constant(Action.Delete)),
            (2, Gen.Constant(Action.PutMany)),
            (3, Gen.Constant(Action.Batch)),
            (2, Gen.Constant(Action.AbandonedBatch)),
            (2, Gen.Constant(Action.Reopen)),
            (1, Gen.Constant(Action.Compact)))
        from seed in Gen.Choose(0, 1 << 20)
        select (action, seed);

    [Fact]
    public void It_answers_as_a_brute_force_search_would() =>
        Properties.Hold(Steps.ListOf(25).ToArbitrary(), Run, cases: 40);

    private static bool Run(IEnumerable<(Action Action, int Seed)> steps)
    {
        using var folder = new TemporaryFolder();
        var model = new Dictionary<long, float[]>();
        var index = VectorIndex.Open(folder.Path, Dimensions);
        try
        {
            foreach (var (action, seed) in steps)
            {
                index = Do(action, new Random(seed), index, folder, model);
                if (!Agree(index, model, new Random(seed)))
                    return false;
            }
            return true;
        }
        finally
        {
            index.Dispose();
        }
    }

    private static VectorIndex Do(Action action, Random random, VectorIndex index, TemporaryFolder folder, Dictionary<long, float[]> model)
    {
        switch (action)
        {
            case Action.Put:
                var id = random.Next(30);
                index.Put(id, model[id] = Samples.Whole(random, Dimensions));
                break;
            case Action.Delete:
                id = random.Next(30);
                if (index.Delete(id) != model.Remove(id))
                    throw new InvalidOperationException($"Whether {id} was there is answered wrongly.");
                break;
            case Action.PutMany:
                Change(index, random, random.Next(500, 1500), ids: 5000, model, commit: true);
                break;
            case Action.Batch:
                Change(index, random, random.Next(40), ids: 30, model, commit: true);
                break;
            case Action.AbandonedBatch:
                Change(index, random, random.Next(random.Next(2) == 0 ? 10 : 2000), ids: 30, new(model), commit: false);
                break;
            case Action.Reopen:
                index.Dispose();
                index = VectorIndex.Open(folder.Path, Dimensions);
                Assert.Equal(0, index.Repairs);
                break;
            default:
                index.Compact();
                Assert.Equal(0, index.DeadSlots);
                break;
        }
        return index;
    }

    private static void Change(VectorIndex index, Random random, int count, int ids, Dictionary<long, float[]> model, bool commit)
    {
        using var writer = index.BeginWrite();
        for (var i = 0; i < count; i++)
        {
            var id = random.Next(ids);
            if (random.Next(5) == 0)
            {
                writer.Delete(id);
                model.Remove(id);
            }
            else
            {
                writer.Put(id, model[id] = Samples.Whole(random, Dimensions));
            }
        }
        if (commit)
            writer.Commit();
    }

    private static bool Agree(VectorIndex index, Dictionary<long, float[]> model, Random random)
    {
        var query = Samples.Whole(random, Dimensions);
        var limit = random.Next(0, 60);
        return index.Count == model.Count
            && index.Ids().Order().SequenceEqual(model.Keys.Order())
            && index.Search(query, limit).SequenceEqual(Samples.BruteForce(model, query, limit));
    }
}
