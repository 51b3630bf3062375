using Headroom.Blobs.Disk;
using Headroom.Blobs.Files;

namespace Headroom.Blobs.Tests.Disk;

public sealed class DiskStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_refuses_a_folder_in_memory()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no /dev/shm here.");
        var folder = $"/dev/shm/headroom-{Guid.NewGuid():N}";

        var refused = Assert.Throws<BlobException>(() => new DiskStore(new DiskStoreOptions(folder)));

        Directory.Delete(folder, recursive: true);
        Assert.Equal(
            refused.Message.Replace("/scratch'", "'", StringComparison.Ordinal),
            Assert.Throws<BlobException>(() => DiskStore.RequireDisk(new DiskStoreOptions(folder))).Message);
        Assert.False(Directory.Exists(folder), "Asking must not make it.");
        Assert.Equal(BlobProblem.Refused, refused.Problem);
        Assert.Contains("tmpfs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused()
    {
        await using var store = Open();

        var refused = Assert.Throws<BlobException>(Open);

        Assert.Contains("no other server uses it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_goes_at_the_next_start()
    {
        await using (Open())
        {
        }
        File.WriteAllText(_folder[$"scratch/{Guid.NewGuid():N}"], "half written");
        var halfDeleted = Directory.CreateDirectory(_folder[$"scratch/{Guid.NewGuid():N}"]).FullName;
        File.WriteAllText(Path.Join(halfDeleted, "0000000000000000"), "a part");
        File.WriteAllText(Path.Join(halfDeleted, "index"), "of parts");

        await using var store = Open();

        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(_folder["scratch"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_scratch_that_was_there_before_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(_folder["scratch"]);
        File.WriteAllText(_folder[$"scratch/{Guid.NewGuid():N}"], "as another program names its files");

        var refused = Assert.Throws<BlobException>(Open);

        Assert.Equal(BlobProblem.Refused, refused.Problem);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder["scratch"]));
    }

    [Fact]
    public async Task What_is_to_stay_free_is_not_used()
    {
        await using var store = new DiskStore(new DiskStoreOptions(_folder.Path) { AllowMemory = true, KeepFree = new ByteSize(long.MaxValue / 2) });
        var upload = await store.BeginAsync("reserve", 1000);

        var full = await Content.FailsAsync(BlobProblem.Full, () => store.OpenWriteAsync(upload, 0, 1));

        Assert.Contains("kept free", full.Message, StringComparison.Ordinal);
        await Content.FailsAsync(BlobProblem.Full, () => store.PutAsync("reserve", new byte[1]));
        Assert.Empty(await store.ListPartsAsync(upload).ToListAsync());
    }

    [Fact]
    public async Task A_full_disk_is_said_and_leaves_nothing_half_visible()
    {
        using var disk = SmallDisk.CreateOrSkip(kilobytes: 1024);
        await using var store = new DiskStore(new DiskStoreOptions(disk.Path) { AllowMemory = true, KeepFree = default });
        var upload = await store.BeginAsync("full", 400_000);
        var content = Content.Random(800_000, seed: 200);
        var first = await store.WriteAsync(upload, 0, content.AsMemory(0, 400_000));
        await using (await store.OpenWriteAsync(upload, 800_000, 400_000))
        {
            // Its space is set aside already, so the next one's is not there.
            await Content.FailsAsync(BlobProblem.Full, () => store.OpenWriteAsync(upload, 400_000, 400_000));
            await Content.FailsAsync(BlobProblem.Full, () => store.PutAsync("small", new byte[400_000]));
        }

        Assert.Equal([first], await store.ListPartsAsync(upload).ToListAsync());
        var second = await store.WriteAsync(upload, 400_000, content.AsMemory(400_000));
        await store.CompleteAsync(upload, [first, second]);
        Assert.Equal(content, await store.ReadAsync("full"));
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_of_a_part_is_said()
    {
        using var disk = SmallDisk.CreateOrSkip(kilobytes: 256);
        using var flusher = new Flusher();
        using var buffers = new WriteBuffers(direct: false, flusher);
        using var file = new ScratchFile(Path.Combine(disk.Path, "file"), setAside: 1);
        await using var writer = new DiskWriter(file, buffers.Open(file.Handle, 0), Path.Combine(disk.Path, "named"), 0, 1_000_000, flusher, () => { });

        await Content.FailsAsync(BlobProblem.Full, async () =>
        {
            await writer.WriteAsync(new byte[1_000_000]);
            await writer.CommitAsync();
        });
        Assert.False(File.Exists(Path.Combine(disk.Path, "named")));
    }

    [Fact]
    public async Task A_part_that_was_cut_off_since_is_noticed()
    {
        await using var store = Open();
        var upload = await store.BeginAsync("cut", 10_000);
        await store.CompleteAsync(
            upload,
            [await store.WriteAsync(upload, 0, Content.Random(10_000, seed: 201)), await store.WriteAsync(upload, 10_000, Content.Random(100, seed: 202))]);
        var part = Directory.EnumerateFiles(_folder["blobs"], new string('0', 16), SearchOption.AllDirectories).Single();
        using (var file = File.OpenHandle(part, access: FileAccess.Write))
            RandomAccess.SetLength(file, 5000);

        await Content.FailsAsync(BlobProblem.Damaged, () => store.ReadAsync("cut"));
    }

    [Fact]
    public async Task Keys_are_spread_over_folders()
    {
        await using var store = Open();
        for (var i = 0; i < 40; i++)
            await store.PutAsync($"key-{i}", new byte[1]);

        var folders = Directory.EnumerateDirectories(_folder["blobs"]).Select(Path.GetFileName).ToList();

        Assert.InRange(folders.Count, 20, 40);
        Assert.All(folders, name => Assert.Matches("^[0-9a-f]{2}$", name));
    }

    private DiskStore Open() => new(new DiskStoreOptions(_folder.Path) { AllowMemory = true });
}
