using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// A request's body with a deadline for every read and one for all of it (or a least speed), and a bound on its length: a
/// slow or endless sender gives its lease back in time. Forward only.
/// </summary>
internal sealed class DeadlineBodyStream(HttpContext context, MemoryRequirement requirement) : Stream
{
    // The reader and not the stream: a read that is cancelled by a token leaves Kestrel unable to finish the request.
    private readonly PipeReader _body = context.Request.BodyReader;
    private readonly CancellationToken _aborted = context.RequestAborted;
    private readonly CancellationTokenSource _total = new(requirement.MinPerSecond.Bytes > 0 ? Timeout.InfiniteTimeSpan : requirement.BodyTimeout);
    private CancellationTokenSource _read = new();
    private TimeSpan _waited;
    private long _length;

    /// <summary>What was wrong with the body, once a read has said so.</summary>
    public BadHttpRequestException? Failure { get; private set; }

    /// <summary>How long the next read may take.</summary>
    private TimeSpan Patience => Allowance < requirement.ReadTimeout ? Allowance : requirement.ReadTimeout;

    /// <summary>
    /// What the sender may still take by its speed so far. Only the time in reads counts: what a slow store takes in
    /// between is not the sender's fault.
    /// </summary>
    private TimeSpan Allowance
    {
        get
        {
            if (requirement.MinPerSecond.Bytes == 0)
                return requirement.ReadTimeout;
            var left = requirement.BodyTimeout + TimeSpan.FromSeconds((double)_length / requirement.MinPerSecond.Bytes) - _waited;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

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
        var begun = Stopwatch.GetTimestamp();
        _read.CancelAfter(Patience);
        using var onEnd = _read.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), _body);
        using var onTotal = _total.Token.UnsafeRegister(Cancel, _read);
        using var onAborted = _aborted.UnsafeRegister(Cancel, _read);
        using var onCaller = cancellationToken.UnsafeRegister(Cancel, _read);
        while (true)
        {
            var result = await ReadAsync().ConfigureAwait(false);
            var count = Take(result.Buffer, buffer.Span);
            if (count > 0 || result.IsCompleted || buffer.IsEmpty)
            {
                _read.CancelAfter(Timeout.InfiniteTimeSpan);
                _length += count;
                _waited += Stopwatch.GetElapsedTime(begun);
                return _length <= requirement.MaxBody.Bytes ? count : throw TooLarge();
            }
            cancellationToken.ThrowIfCancellationRequested();
            _aborted.ThrowIfCancellationRequested();
            // Otherwise the cancellation of an earlier read came late.
            if (_read.IsCancellationRequested)
                throw TooSlow();
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

    private async ValueTask<ReadResult> ReadAsync()
    {
        try
        {
            return await _body.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ConnectionResetException)
        {
            // Kestrel hears of it a little later, and would try to read the rest until then.
            context.Abort();
            throw;
        }
    }

    private int Take(in ReadOnlySequence<byte> received, Span<byte> buffer)
    {
        var taken = received.Slice(0, Math.Min(received.Length, buffer.Length));
        var count = (int)taken.Length;
        taken.CopyTo(buffer);
        // From here on the pipe may use the memory for something else: nothing of the sequence is looked at any more.
        _body.AdvanceTo(taken.End);
        return count;
    }

    private BadHttpRequestException TooLarge() =>
        Failure = new BadHttpRequestException($"The body is larger than the {requirement.MaxBody} that this route takes.", StatusCodes.Status413PayloadTooLarge);

    private BadHttpRequestException TooSlow() => Failure = new BadHttpRequestException(
        Allowance < requirement.ReadTimeout ? $"The body came at less than {requirement.MinPerSecond} a second."
            : _total.IsCancellationRequested ? $"The body did not arrive within {requirement.BodyTimeout.TotalSeconds:0.#} s."
            : $"The body stalled: nothing came for {requirement.ReadTimeout.TotalSeconds:0.#} s.",
        StatusCodes.Status408RequestTimeout);

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
