namespace Headroom.Blobs.Contract;

/// <summary>Bytes for tests, and short ways to write and read them.</summary>
public static class Content
{
    public const int PartBytes = 5 * 1024 * 1024;

    public static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<BlobPart> WriteAsync(
        this IBlobStore store, BlobUpload upload, long offset, ReadOnlyMemory<byte> bytes, bool last = false, CancellationToken cancellationToken = default)
    {
        await using var writer = await store.OpenWriteAsync(upload, offset, bytes.Length, cancellationToken);
        for (var at = 0; at < bytes.Length; at += 64 * 1024)
            await writer.WriteAsync(bytes[at..Math.Min(at + (64 * 1024), bytes.Length)], cancellationToken);
        return await writer.CommitAsync(last, cancellationToken);
    }

    /// <summary>Writes an object of whole parts, one after the other, and completes it.</summary>
    public static async Task<BlobUpload> WriteObjectAsync(this IBlobStore store, string key, ReadOnlyMemory<byte> bytes)
    {
        var upload = await store.BeginAsync(key, PartBytes);
        var parts = new List<BlobPart>();
        for (var at = 0; at < bytes.Length; at += PartBytes)
            parts.Add(await store.WriteAsync(upload, at, bytes[at..Math.Min(at + PartBytes, bytes.Length)], last: at + PartBytes >= bytes.Length));
        await store.CompleteAsync(upload, parts);
        return upload;
    }

    public static async Task<byte[]> ReadAsync(this IBlobStore store, string key, long offset = 0, long? length = null)
    {
        await using var stream = await store.OpenReadAsync(key, offset, length);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }

    public static async Task<BlobException> FailsAsync(BlobProblem problem, Func<Task> action)
    {
        var thrown = await Assert.ThrowsAsync<BlobException>(action);
        Assert.True(thrown.Problem == problem, $"{problem} was expected, {thrown.Problem} came: {thrown}");
        return thrown;
    }
}
