using Headroom.Blobs.Disk;

namespace Headroom.Blobs.Tests.Host;

/// <summary>Writes to a disk store and says on standard output what was acknowledged.</summary>
internal static class Writing
{
    public static async Task AFewAsync(DiskStoreOptions options)
    {
        await using var store = new DiskStore(options);
        var upload = await store.BeginAsync("traced", 100_000);
        Say("BEGUN");
        var part = await WriteAsync(store, upload, 0, 100_000);
        Say("ACKNOWLEDGED");
        var second = await WriteAsync(store, upload, 100_000, 50_000);
        Say("FILLED");
        await store.CompleteAsync(upload, [part, second]);
        Say("COMPLETED");
        await store.PutAsync("small", new byte[1000]);
        Say("PUT");
        await store.DeleteAsync("traced");
        Say("DELETED");
        var single = await store.BeginAsync("single", 100_000);
        var only = await WriteAsync(store, single, 0, 100_000);
        Say("SINGLE");
        await store.CompleteAsync(single, [only]);
        Say("SINGLED");
        var large = await store.BeginAsync("long", 1_000_000);
        await using (var writer = await store.OpenWriteAsync(large, 0, 1_000_000))
        {
            for (var i = 0; i < 10; i++)
                await writer.WriteAsync(new byte[100_000]);
            await writer.CommitAsync(last: true);
        }
        Say("KEPT");
    }

    /// <summary>Several objects at once, parts of random length, each acknowledged in a line; never ends.</summary>
    public static Task UntilKilledAsync(DiskStoreOptions options, int seed)
    {
        var store = new DiskStore(options);
        return Task.WhenAll(Enumerable.Range(0, 4).Select(lane => Task.Run(() => FillAsync(store, seed, lane))));
    }

    private static async Task FillAsync(DiskStore store, int seed, int lane)
    {
        var random = new Random(seed + lane);
        for (var number = 0; ; number++)
        {
            var upload = await store.BeginAsync($"{lane}-{number}", 300_000);
            Say($"begun {upload.Key} {upload.Token}");
            var parts = new List<BlobPart>();
            for (var end = 0L; parts.Count < 10; end = parts[^1].End)
            {
                parts.Add(await WriteAsync(store, upload, end, random.Next(1, 300_000)));
                Say($"part {upload.Key} {end} {parts[^1].Length}");
            }
            await store.CompleteAsync(upload, parts);
            Say($"complete {upload.Key} {parts[^1].End}");
        }
    }

    private static async Task<BlobPart> WriteAsync(DiskStore store, BlobUpload upload, long offset, int length)
    {
        await using var writer = await store.OpenWriteAsync(upload, offset, length);
        await writer.WriteAsync(Bytes(offset, length));
        return await writer.CommitAsync();
    }

    /// <summary>Bytes that tell where in the object they stand.</summary>
    private static byte[] Bytes(long offset, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)((offset + i) % 251);
        return bytes;
    }

    // In one write, so that a line that was read was acknowledged whole.
    private static void Say(string line)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
    }
}
