namespace Headroom.Data.Blobs;

/// <summary>
/// Takes one part, or bytes to append, as they come. They count once <see cref="CommitAsync"/> has returned; disposing
/// without it leaves no trace. Not thread-safe. Always dispose.
/// </summary>
public abstract class BlobWriter : IAsyncDisposable
{
    private readonly long _maxBytes;
    private bool _ended;

    private protected BlobWriter(long maxBytes) => _maxBytes = maxBytes;

    /// <summary>How many bytes were written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Writes bytes; the caller has its buffer back when this returns.</summary>
    /// <exception cref="BlobException">The disk is full, or this is more than the writer was opened for.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (content.Length > _maxBytes - Written)
            throw new BlobException(BlobProblem.TooLarge, $"The writer was opened for at most {_maxBytes} bytes; {Written + content.Length} came.");
        await WriteAsync(Written, content, cancellationToken).ConfigureAwait(false);
        Written += content.Length;
    }

    /// <summary>Makes the bytes durable. Nothing more can be written.</summary>
    /// <param name="last">These are the object's last bytes: saves a store that needs large parts from waiting for more.</param>
    /// <param name="cancellationToken">Gives up; whether the bytes became durable is then unknown.</param>
    /// <returns>What completing the object needs.</returns>
    /// <exception cref="InvalidOperationException">Nothing was written.</exception>
    public async Task<BlobPart> CommitAsync(bool last = false, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (Written == 0)
            throw new InvalidOperationException("A part has at least one byte.");
        _ended = true;
        return await PublishAsync(last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops what was not committed and gives back what the writer held.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await ReleaseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private protected abstract ValueTask WriteAsync(long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    private protected abstract Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken);

    /// <summary>May be called more than once.</summary>
    private protected abstract ValueTask ReleaseAsync();
}
