using System.Collections.Concurrent;

namespace Headroom.Blobs;

/// <summary>Keeps two writers of a store from the same place: which of them won could not be told afterwards. Thread-safe.</summary>
public sealed class WritesInProgress
{
    private readonly ConcurrentDictionary<(string Token, long Offset), bool> _writes = new();

    /// <summary>Takes a place of an object; before its writer is opened.</summary>
    /// <exception cref="BlobException"><see cref="BlobProblem.Busy"/>: somebody has it.</exception>
    public void Enter(BlobUpload upload, long offset)
    {
        if (!_writes.TryAdd((upload.Token, offset), true))
            throw new BlobException(BlobProblem.Busy, $"'{upload.Key}' is being written at {offset} already. Wait until that ends, or let it be cancelled.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
    }

    /// <summary>Gives it back, once for each <see cref="Enter"/> that returned.</summary>
    public void Leave(BlobUpload upload, long offset) => _writes.TryRemove((upload.Token, offset), out _);
}
