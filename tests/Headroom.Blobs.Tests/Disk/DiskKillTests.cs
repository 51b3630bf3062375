using System.Globalization;
using Headroom.Blobs.Disk;

namespace Headroom.Blobs.Tests.Disk;

/// <summary>
/// Kills a process that writes, at a random moment. This shows the order of steps; that they reach the device is shown by
/// <see cref="DiskTraceTests"/>.
/// </summary>
public sealed class DiskKillTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whenever_it_is_killed_no_acknowledged_byte_is_lost(int seed)
    {
        using var folder = new TemporaryFolder();
        var said = await FillUntilKilledAsync(folder.Path, seed, lines: new Random(seed).Next(1, 150));

        await using var store = new DiskStore(new DiskStoreOptions(folder.Path) { AllowMemory = true });

        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(folder["scratch"]).Select(Path.GetFileName));
        foreach (var line in said.Where(l => l[0] == "complete"))
            AssertContent(await store.ReadAsync(line[1]), long.Parse(line[2], CultureInfo.InvariantCulture));
        var complete = said.Where(l => l[0] == "complete").Select(l => l[1]).ToHashSet();
        foreach (var begun in said.Where(l => l[0] == "begun" && !complete.Contains(l[1])))
            await CompleteAndCheckAsync(
                store,
                new BlobUpload(begun[1], begun[2], 300_000),
                [.. said.Where(l => l[0] == "part" && l[1] == begun[1]).Select(l => new BlobPart(Number(l[2]), Number(l[3]), ""))]);
    }

    private static async Task CompleteAndCheckAsync(DiskStore store, BlobUpload upload, List<BlobPart> acknowledged)
    {
        if (acknowledged.Count == 10 && (await store.ListAsync().ToListAsync()).Exists(e => e.Key == upload.Key && e.Token is null))
        {
            // It was completed, but killed before it could say so.
            AssertContent(await store.ReadAsync(upload.Key), acknowledged[^1].End);
            return;
        }
        await Content.FailsAsync(BlobProblem.NotFound, () => store.OpenReadAsync(upload.Key));
        Assert.Empty(acknowledged.Except(await store.ListPartsAsync(upload).ToListAsync()));
        if (acknowledged.Count == 0)
            return;
        await store.CompleteAsync(upload, acknowledged);
        AssertContent(await store.ReadAsync(upload.Key), acknowledged[^1].End);
    }

    private static async Task<List<string[]>> FillUntilKilledAsync(string folder, int seed, int lines)
    {
        using var process = TestHost.Start(TestHost.Program, "fill", folder, $"{seed}");
        var said = new List<string[]>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line.Split(' '));
            if (said.Count == lines)
                process.Kill();
        }
        await process.WaitForExitAsync();
        Assert.True(said.Count >= lines, await process.StandardError.ReadToEndAsync());
        return said;
    }

    private static void AssertContent(byte[] content, long length)
    {
        Assert.Equal(length, content.Length);
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] != i % 251)
                Assert.Fail($"Byte {i} is {content[i]}.");
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
