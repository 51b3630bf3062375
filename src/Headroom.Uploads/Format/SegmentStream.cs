using System.Runtime.CompilerServices;

namespace Headroom.Uploads.Format;

/// <summary>
/// A stream that is made of another one segment by segment, in one buffer of the caller's. Asynchronous reads only, one
/// at a time; <see cref="Stream.CopyToAsync(Stream, CancellationToken)"/> copies nothing in between. After a failed or
/// cancelled read it can't go on. Disposing it disposes nothing else.
/// </summary>
public abstract class SegmentStream : Stream
{
    private ReadOnlyMemory<byte> _ready;
    private bool _broken;

    private protected SegmentStream(Stream source, Memory<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (buffer.Length < PartLayout.EncryptedSegmentBytes)
            throw new ArgumentException($"The buffer has {buffer.Length} bytes; {PartLayout.EncryptedSegmentBytes} are needed.", nameof(buffer));
        (Source, Buffer) = (source, buffer[..PartLayout.EncryptedSegmentBytes]);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private protected Stream Source { get; }

    private protected Memory<byte> Buffer { get; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        await MakeReadyAsync(cancellationToken);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (true)
        {
            await MakeReadyAsync(cancellationToken);
            if (_ready.IsEmpty)
                return;
            await destination.WriteAsync(_ready, cancellationToken);
            _ready = default;
        }
    }

    /// <summary>Not supported: a thread would be blocked while the source waits.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    /// <summary>Does nothing.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The next bytes, valid until the next call; none at the end.</summary>
    private protected abstract ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken);

    /// <summary>Reads until <paramref name="target"/> is full or the source ends.</summary>
    /// <returns>How many bytes were read.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private protected async ValueTask<int> FillAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < target.Length)
        {
            var read = await Source.ReadAsync(target[filled..], cancellationToken);
            if (read == 0)
                break;
            filled += read;
        }
        return filled;
    }

    // What a failed read took from the source is gone; going on would leave it out without a word.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask MakeReadyAsync(CancellationToken cancellationToken)
    {
        if (!_ready.IsEmpty)
            return;
        if (_broken)
            throw new InvalidOperationException("An earlier read failed or was cancelled. Start again with a new stream.");
        _broken = true;
        _ready = await NextAsync(cancellationToken);
        _broken = false;
    }
}
