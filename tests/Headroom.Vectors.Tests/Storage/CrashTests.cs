using System.Diagnostics;
using System.Globalization;
using Headroom.Vectors.Tests.Host;

namespace Headroom.Vectors.Tests.Storage;

public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Whatever_was_committed_when_a_process_was_killed_is_there_and_nothing_else()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        var random = new Random(seed);
        var batches = new Batches(seed);
        using var folder = new TemporaryFolder();
        var committed = 0;
        for (var round = 0; round < 10; round++)
        {
            var told = await WriteUntilKilledAsync(folder, seed, committed, TimeSpan.FromMilliseconds(random.Next(1, 400)));
            using var index = VectorIndex.Open(folder.Path, Batches.Dimensions);
            index.Verify();
            // The last batch may have been committed and not told any more.
            committed = Holds(index, batches.ContentAfter(told)) ? told : told + 1;
            Assert.True(Holds(index, batches.ContentAfter(committed)), $"Round {round}: the content is neither that of {told} batches nor that of one more.");
        }
        output.WriteLine($"{committed} batches in the end.");
    }

    [Fact]
    public async Task A_folder_that_another_process_has_open_is_refused_until_that_ends()
    {
        using var folder = new TemporaryFolder();
        using var other = Start("hold", folder.Path);
        Assert.Equal("open", await other.StandardOutput.ReadLineAsync());

        var refused = Assert.Throws<VectorIndexException>(() => VectorIndex.Open(folder.Path, Batches.Dimensions));

        Assert.Equal(VectorIndexProblem.InUse, refused.Problem);
        other.Kill();
        await other.WaitForExitAsync();
        VectorIndex.Open(folder.Path, Batches.Dimensions).Dispose();
    }

    /// <returns>How many batches it told were committed.</returns>
    private static async Task<int> WriteUntilKilledAsync(TemporaryFolder folder, int seed, int from, TimeSpan after)
    {
        using var writer = Start("write", folder.Path, seed.ToString(CultureInfo.InvariantCulture), from.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("open", await writer.StandardOutput.ReadLineAsync());
        var lines = writer.StandardOutput.ReadToEndAsync();
        await Task.Delay(after);
        writer.Kill();
        var told = (await lines).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await writer.WaitForExitAsync();
        return told.Length == 0 ? from : int.Parse(told[^1], CultureInfo.InvariantCulture);
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Headroom.Vectors.Tests.Host"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;

    private static bool Holds(VectorIndex index, Dictionary<long, float[]> content)
    {
        var query = content.Count == 0 ? new float[Batches.Dimensions] : content.MinBy(entry => entry.Key).Value;
        return index.Ids().Order().SequenceEqual(content.Keys.Order())
            && index.Search(query, VectorIndex.MaxResults).SequenceEqual(Samples.BruteForce(content, query, VectorIndex.MaxResults));
    }
}
