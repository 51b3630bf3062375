using Headroom.Search.Tests.Samples;
using Headroom.Sqlite;

namespace Headroom.Search.Tests.Documents;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room_again()
    {
        using var disk = SmallDisk.CreateOrSkip(4096);
        await using var documents = new DocumentFolder(path: disk.Path);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[1 << 20], TestContext.Current.CancellationToken);
        var stored = new List<string>();
        var text = "apples " + string.Concat(Enumerable.Repeat("other words ", 1000));

        var full = await Assert.ThrowsAsync<DatabaseException>(async () =>
        {
            while (true)
                stored.Add(await documents.AddAsync(text));
        });
        Assert.Equal(DatabaseProblem.Full, full.Problem);
        await Assert.ThrowsAsync<DatabaseException>(() => documents.AddAsync(text));
        Assert.Equal(stored.Count, (await documents.CountAsync()).All);

        File.Delete(ballast);
        stored.Add(await documents.AddAsync(text));

        Assert.Equal(stored.Order(), (await documents.FindAsync("apples", limit: 1000)).Order());
    }

    [Fact]
    public async Task Documents_that_find_no_room_for_their_vectors_wait_for_it()
    {
        using var disk = SmallDisk.CreateOrSkip(8192);
        await using var documents = new DocumentFolder(path: disk.Path);
        for (var i = 0; i < 20; i++)
            await documents.AddAsync("apples");
        var ballast = Path.Combine(disk.Path, "ballast");
        await FillAsync(ballast);

        var problem = await Record.ExceptionAsync(() => documents.IndexAsync(DocumentFolder.EmbedFirst));
        Assert.NotNull(problem);
        Assert.Equal((0, 0), ((await documents.CountAsync()).Failed, (await documents.Store.FindAsync(1, 10, CancellationToken.None))!.Attempts));
        File.Delete(ballast);
        documents.Index.Open();
        await documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal(20, (await documents.CountAsync()).Indexed);
        Assert.Equal(20, documents.Index.Count);
    }

    private static async Task FillAsync(string path)
    {
        await using var file = File.Create(path);
        try
        {
            while (true)
            {
                await file.WriteAsync(new byte[4096]);
                await file.FlushAsync();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
