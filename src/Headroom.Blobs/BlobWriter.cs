using Headroom.Blobs.Files;

namespace Headroom.Blobs;

/// <summary>
/// Takes one part, or bytes to append, as they come. They count once <see cref="CommitAsync"/> has returned; disposing
/// without it leaves no trace. Not thread-safe. Always dispose.
/// </summary>
public abstract class BlobWriter : IAsyncDisposable
{
    /// <summary>The most that <see cref="GetMemory"/> gives, in bytes: 68 KiB.</summary>
    public const int MaxPieceBytes = StretchWriter.MaxPieceBytes;

    private readonly long _maxBytes;
    private bool _ended;

    private protected BlobWriter(StretchWriter output, string target, long maxBytes) => (Output, Target, _maxBytes) = (output, target, maxBytes);

    /// <summary>How many bytes were written so far.</summary>
    public long Written { get; private set; }

    /// <summary>What writes the file; what it still holds when publishing begins is the publisher's to finish.</summary>
    private protected StretchWriter Output { get; }

    /// <summary>Where the file goes, or is; for messages.</summary>
    private protected string Target { get; }

    /// <summary>Space for the next bytes, valid until the next call: what is made there need not be copied. They count with <see cref="AdvanceAsync"/>.</summary>
    /// <param name="count">How many bytes, 1 to <see cref="MaxPieceBytes"/>.</param>
    public Memory<byte> GetMemory(int count)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        return Output.GetMemory(count);
    }

    /// <summary>Writes bytes that are in the space already. Waits for a device that is slower than they come.</summary>
    /// <param name="count">How many of them, from its begin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BlobException">The disk is full, or this is more than the writer was opened for.</exception>
    public async ValueTask AdvanceAsync(int count, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        cancellationToken.ThrowIfCancellationRequested();
        Require(count);
        try
        {
            await Output.AdvanceAsync(count).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, Target);
        }
        Written += count;
    }

    /// <summary>Writes bytes; the caller has its buffer back when this returns.</summary>
    /// <exception cref="BlobException">The disk is full, or this is more than the writer was opened for.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Require(content.Length);
        while (!content.IsEmpty)
        {
            var piece = content[..Math.Min(content.Length, MaxPieceBytes)];
            piece.CopyTo(GetMemory(piece.Length));
            await AdvanceAsync(piece.Length, cancellationToken).ConfigureAwait(false);
            content = content[piece.Length..];
        }
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
        try
        {
            await Output.SettleAsync().ConfigureAwait(false);
            return await PublishAsync(last, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, Target);
        }
    }

    /// <summary>Drops what was not committed and gives back what the writer held.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await Output.DisposeAsync().ConfigureAwait(false);
        Release();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken);

    /// <summary>May be called more than once.</summary>
    private protected abstract void Release();

    private void Require(int count)
    {
        if (count > _maxBytes - Written)
            throw new BlobException(BlobProblem.TooLarge, $"The writer was opened for at most {_maxBytes} bytes; {Written + count} came.");
    }
}
