using System.Collections.Concurrent;

namespace Headroom.Blobs;

/// <summary>Keeps two writers from the same place: which of them won could not be told afterwards.</summary>
internal sealed class WritesInProgress
{
    private readonly ConcurrentDictionary<(string Token, long Offset), bool> _writes = new();

    public void Enter(BlobUpload upload, long offset)
    {
        if (!_writes.TryAdd((upload.Token, offset), true))
            throw new BlobException(BlobProblem.Busy, $"'{upload.Key}' is being written at {offset} already. Wait until that ends, or let it be cancelled.") { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    public void Leave(BlobUpload upload, long offset) => _writes.TryRemove((upload.Token, offset), out _);
}
