using System.Collections.Concurrent;

namespace Headroom.Vectors.Tests;

/// <summary>Readers look all the time while one writer replaces everything in one batch after the other and another thread compacts.</summary>
public sealed class ConcurrencyTests
{
    private const int Ids = 20;
    private const int Rounds = 150;

    [Fact]
    public async Task A_reader_sees_one_batch_whole_and_never_half_of_the_next()
    {
        using var folder = new TemporaryFolder();
        using var index = VectorIndex.Open(folder.Path, 4);
        var seen = new ConcurrentDictionary<float, bool>();
        ReplaceAll(index, version: 1);
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => OnItsOwn(() => ReadUntil(index, seen, over.Token))).ToList();
        var compactor = OnItsOwn(() => CompactUntil(index, over.Token));

        var version = 1;
        // On a busy machine readers take their time to come; one that failed ends the wait.
        while (version < Rounds || (seen.Count < 3 && !readers.Exists(reader => reader.IsCompleted)))
            ReplaceAll(index, ++version);
        await over.CancelAsync();
        await Task.WhenAll([.. readers, compactor]);

        Assert.True(seen.Count >= 3, "The readers met no change.");
        Assert.Equal(Enumerable.Repeat((float)version, Ids), index.Search([0, 1, 0, 0], 100).Select(hit => hit.Score));
        index.Verify();
    }

    [Fact]
    public async Task Writers_take_turns()
    {
        using var folder = new TemporaryFolder();
        using var index = VectorIndex.Open(folder.Path, 4);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
                index.Put((writer * 1000) + i, [writer, i, 0, 1]);
        })));

        Assert.Equal(200, index.Count);
    }

    [Fact]
    public void Waiting_for_another_batch_can_be_given_up()
    {
        using var folder = new TemporaryFolder();
        using var index = VectorIndex.Open(folder.Path, 4);
        using var first = index.BeginWrite();

        Assert.Throws<OperationCanceledException>(() => index.BeginWrite(new CancellationToken(canceled: true)));
    }

    private static Task OnItsOwn(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void ReplaceAll(VectorIndex index, int version)
    {
        using var writer = index.BeginWrite();
        for (var id = 0; id < Ids; id++)
            writer.Put(id, [127, version, 0, 0]);
        writer.Commit();
    }

    private static void ReadUntil(VectorIndex index, ConcurrentDictionary<float, bool> seen, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var hits = index.Search([0, 1, 0, 0], 100);
            Assert.Equal(Enumerable.Range(0, Ids).Select(id => (long)id), hits.Select(hit => hit.Id));
            Assert.Single(hits.Select(hit => hit.Score).Distinct());
            seen[hits[0].Score] = true;
        }
    }

    private static void CompactUntil(VectorIndex index, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            index.Compact(CancellationToken.None);
    }
}
