using Headroom.Blobs.Files;

namespace Headroom.Blobs;

/// <summary>
/// Takes one part, or bytes to append, as they come. They count once <see cref="CommitAsync"/> has returned; disposing
/// without it leaves no trace. Not thread-safe. Always dispose.
/// </summary>
/// <remarks>
/// For those who write a store: this class counts the bytes, refuses more than the writer was opened for, and lets nothing
/// through after the end. What derives from it provides the space (<see cref="GetSpace"/>), takes what was written there
/// (<see cref="TakeAsync"/>), makes it durable (<see cref="PublishAsync"/>), and frees what it holds (<see cref="ReleaseAsync"/>).
/// They are called one at a time and in that order, the first two as often as pieces come. They throw
/// <see cref="BlobException"/>; an <see cref="IOException"/> of a file is made one here: a full disk is
/// <see cref="BlobProblem.Full"/>, a folder that is gone <see cref="BlobProblem.NotFound"/>, anything else <see cref="BlobProblem.Unavailable"/>.
/// </remarks>
public abstract class BlobWriter : IAsyncDisposable
{
    /// <summary>The most that <see cref="GetMemory"/> gives, in bytes: 68 KiB.</summary>
    public const int MaxPieceBytes = StretchWriter.MaxPieceBytes;

    private readonly string _target;
    private readonly long _maxBytes;
    private bool _ended;

    /// <param name="target">Where the bytes go, for messages of failures of the disk.</param>
    /// <param name="maxBytes">What the writer was opened for, in bytes; at least 1.</param>
    protected BlobWriter(string target, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        (_target, _maxBytes) = (target, maxBytes);
    }

    /// <summary>How many bytes were written so far.</summary>
    public long Written { get; private set; }

    /// <summary>
    /// Space for the next bytes, valid until the next call: what is made there need not be copied. They count with
    /// <see cref="AdvanceAsync"/>.
    /// </summary>
    /// <param name="count">How many bytes, 1 to <see cref="MaxPieceBytes"/>.</param>
    public Memory<byte> GetMemory(int count)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPieceBytes);
        return GetSpace(count);
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
            await TakeAsync(count).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, _target);
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
            return await PublishAsync(last, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw FileProblems.Translate(problem, _target);
        }
    }

    /// <summary>Drops what was not committed and gives back what the writer held.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await ReleaseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Space for the next bytes. It must stay as it is until the next call; asking again gives up what was written to it.</summary>
    /// <param name="count">How many bytes, 1 to <see cref="MaxPieceBytes"/>; it must have at least that many.</param>
    protected abstract Memory<byte> GetSpace(int count);

    /// <summary>Takes the first bytes of the space. Whoever can't keep up with the sender waits here, so that memory stays bounded.</summary>
    /// <param name="count">How many; never more than the writer was opened for, together.</param>
    protected abstract ValueTask TakeAsync(int count);

    /// <summary>
    /// Makes all bytes durable at their offset, in place of any that were there: a crash leaves one or the other. Returning
    /// acknowledges them, so it must not return before a power failure would leave them. Called once at most.
    /// </summary>
    /// <param name="last">These are the object's last bytes.</param>
    /// <param name="cancellationToken">Gives up; the bytes may become durable or not.</param>
    /// <returns>The part: the offset it was opened at, <see cref="Written"/>, and what the store needs to know these bytes from others.</returns>
    protected abstract Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken);

    /// <summary>
    /// Frees what the writer holds, removes what was not published, and lets the next writer have the place. Must not
    /// throw, and may be called more than once.
    /// </summary>
    protected abstract ValueTask ReleaseAsync();

    private void Require(int count)
    {
        if (count > _maxBytes - Written)
            throw new BlobException(BlobProblem.TooLarge, $"The writer was opened for at most {_maxBytes} bytes; {Written + count} came.");
    }
}
