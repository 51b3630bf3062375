using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// A request's body with a deadline for every read and one for all of it, and a bound on its length: a slow or endless
/// sender gives its lease back in time. Forward only.
/// </summary>
internal sealed class DeadlineBodyStream(Stream inner, MemoryRequirement requirement, CancellationToken aborted) : Stream
{
    private readonly CancellationTokenSource _total = new(requirement.BodyTimeout);
    private CancellationTokenSource _read = new();
    private long _length;

    /// <summary>What was wrong with the body, once a read has said so.</summary>
    public BadHttpRequestException? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_read.TryReset())
        {
            _read.Dispose();
            _read = new CancellationTokenSource();
        }
        _read.CancelAfter(requirement.ReadTimeout);
        using var onTotal = _total.Token.UnsafeRegister(Cancel, _read);
        using var onAborted = aborted.UnsafeRegister(Cancel, _read);
        using var onCaller = cancellationToken.UnsafeRegister(Cancel, _read);
        try
        {
            var count = await inner.ReadAsync(buffer, _read.Token).ConfigureAwait(false);
            _read.CancelAfter(Timeout.InfiniteTimeSpan);
            _length += count;
            if (_length <= requirement.MaxBody.Bytes)
                return count;
            Failure = new BadHttpRequestException($"The body is larger than the {requirement.MaxBody} that this route takes.", StatusCodes.Status413PayloadTooLarge);
            throw Failure;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            Failure = new BadHttpRequestException(
                _total.IsCancellationRequested
                    ? $"The body did not arrive within {requirement.BodyTimeout.TotalSeconds:0} s."
                    : $"The body stalled: nothing came for {requirement.ReadTimeout.TotalSeconds:0} s.",
                StatusCodes.Status408RequestTimeout,
                cancelled);
            throw Failure;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the body asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _total.Dispose();
            _read.Dispose();
        }
        base.Dispose(disposing);
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
