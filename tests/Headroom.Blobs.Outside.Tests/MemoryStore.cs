using System.Runtime.CompilerServices;

namespace Headroom.Blobs.Outside.Tests;

/// <summary>The smallest store there can be. Durable means here: until the process ends.</summary>
internal sealed class MemoryStore(MemoryObjects objects) : IBlobStore
{
    private const long MaxWriterBytes = 32 * 1024 * 1024;

    private readonly WritesInProgress _writes = new();

    public long MinPartBytes => 1;

    public BlobStoreMemory Memory => new(MaxWriterBytes, 0, 0);

    public long HeldBytes => objects.Bytes;

    public Task<BlobUpload> BeginAsync(string key, long partBytes, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(partBytes, MinPartBytes);
        var upload = new BlobUpload(key, Guid.NewGuid().ToString("N"), partBytes);
        objects.Open[upload.Token] = new OpenObject(key, DateTimeOffset.UtcNow);
        return Task.FromResult(upload);
    }

    public Task<BlobWriter> OpenWriteAsync(BlobUpload upload, long offset, long maxBytes, CancellationToken cancellationToken = default)
    {
        upload.CheckRange(offset, maxBytes);
        if (maxBytes > MaxWriterBytes)
            throw new BlobException(BlobProblem.TooLarge, $"A writer of this store takes {MaxWriterBytes} bytes at most.");
        Find(upload);
        _writes.Enter(upload, offset);
        return Task.FromResult<BlobWriter>(
            new MemoryWriter(upload.Key, offset, maxBytes, bytes => Find(upload).Parts[offset] = bytes, () => _writes.Leave(upload, offset)));
    }

    public async IAsyncEnumerable<BlobPart> ListPartsAsync(BlobUpload upload, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var (offset, bytes) in Find(upload).Parts.OrderBy(p => p.Key))
            yield return new BlobPart(offset, bytes.Length, "");
        await Task.CompletedTask;
    }

    public Task CompleteAsync(BlobUpload upload, IReadOnlyList<BlobPart> parts, CancellationToken cancellationToken = default)
    {
        var length = BlobUpload.CheckParts(parts);
        if (objects.Complete.TryGetValue(upload.Key, out var there) && there.Token == upload.Token && there.Content.Length == length)
            return Task.CompletedTask;
        var written = Find(upload).Parts;
        foreach (var part in parts)
        {
            if (!written.TryGetValue(part.Offset, out var bytes) || bytes.Length != part.Length)
                throw new BlobException(BlobProblem.Conflict, $"The part at {part.Offset} is not what was written. Send it again.");
        }
        if (!objects.Complete.TryAdd(upload.Key, new MemoryObject(upload.Token, [.. parts.SelectMany(p => written[p.Offset])], DateTimeOffset.UtcNow)))
            throw new BlobException(BlobProblem.Conflict, $"There is an object '{upload.Key}' already. Use each key once.");
        objects.Open.TryRemove(upload.Token, out _);
        return Task.CompletedTask;
    }

    public Task AbortAsync(string key, string token, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        objects.Open.TryRemove(token, out _);
        return Task.CompletedTask;
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, BlobUpload.MaxSmallBytes, nameof(content));
        objects.Complete[key] = new MemoryObject("", content.ToArray(), DateTimeOffset.UtcNow);
        return Task.CompletedTask;
    }

    public Task<Stream> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length ?? 1, 1, nameof(length));
        if (!objects.Complete.TryGetValue(key, out var found))
            throw new BlobException(BlobProblem.NotFound, $"There is no stored object '{key}'.");
        var begin = (int)Math.Min(offset, found.Content.Length);
        var count = (int)Math.Min(length ?? long.MaxValue, found.Content.Length - begin);
        return Task.FromResult<Stream>(new MemoryStream(found.Content, begin, count, writable: false));
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Check(key);
        objects.Complete.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var (key, found) in objects.Complete)
            yield return new BlobEntry(key, null, found.Modified);
        foreach (var (token, upload) in objects.Open)
            yield return new BlobEntry(upload.Key, token, upload.Begun);
        await Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private OpenObject Find(BlobUpload upload) =>
        objects.Open.TryGetValue(upload.Token, out var found)
            ? found
            : throw new BlobException(BlobProblem.NotFound, $"There is no upload of '{upload.Key}' any more. Begin a new one.");
}
