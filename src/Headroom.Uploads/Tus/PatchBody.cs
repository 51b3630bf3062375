namespace Headroom.Uploads.Tus;

/// <summary>
/// A request's body that ends where it is interrupted: by a lost connection, a deadline, or a later request. What came
/// until then can be kept. Not thread-safe.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="checksum">Counts what comes; null for none.</param>
/// <param name="interrupted">Ends it.</param>
internal sealed class PatchBody(Stream body, TusChecksum? checksum, CancellationToken interrupted)
{
    private readonly byte[] _next = new byte[1];
    private bool _hasNext;
    private bool _ended;

    /// <summary>What ended it too early; null if it came to its end, or has not ended yet.</summary>
    public Exception? Interruption { get; private set; }

    /// <summary>Whether at least one more byte comes; waits for it.</summary>
    public async ValueTask<bool> AnyAsync()
    {
        _hasNext = _hasNext || await ReadAsync(_next) > 0;
        return _hasNext;
    }

    /// <summary>The next bytes as a stream that ends after so many at most.</summary>
    public Stream Take(long most) => new Stretch(this, most);

    private async ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        if (_ended || destination.IsEmpty)
            return 0;
        if (_hasNext)
        {
            _hasNext = false;
            destination.Span[0] = _next[0];
            return 1;
        }
        try
        {
            var read = await body.ReadAsync(destination, interrupted);
            _ended = read == 0;
            checksum?.Append(destination.Span[..read]);
            return read;
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            (_ended, Interruption) = (true, problem);
            return 0;
        }
    }

    private sealed class Stretch(PatchBody whole, long most) : Stream
    {
        private long _left = most;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await whole.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
