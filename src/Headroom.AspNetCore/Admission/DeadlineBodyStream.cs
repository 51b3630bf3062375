using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Headroom.Budget;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// A request's body with a deadline for every read and one for all of it (or a least speed), and a bound on its length: a
/// slow or endless sender gives its lease back in time, and sooner while others wait for it. Forward only.
/// </summary>
internal sealed class DeadlineBodyStream : Stream
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly HttpContext _context;
    private readonly MemoryRequirement _requirement;
    private readonly MemoryPool _pool;

    // The reader and not the stream: a read that is cancelled by a token leaves Kestrel unable to finish the request.
    private readonly PipeReader _body;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _total;
    private readonly Timer _pace;
    private CancellationTokenSource _read = new();
    private long _length;

    // Only time in reads counts: what the handler does in between is not the sender's fault.
    private long _waited;
    private long _readSince;
    private volatile bool _inTheWay;

    /// <param name="context">The request.</param>
    /// <param name="requirement">The deadlines and the bound.</param>
    /// <param name="pool">Where its lease is from.</param>
    public DeadlineBodyStream(HttpContext context, MemoryRequirement requirement, MemoryPool pool)
    {
        (_context, _requirement, _pool) = (context, requirement, pool);
        (_body, _aborted, _total) = (context.Request.BodyReader, context.RequestAborted, new CancellationTokenSource(requirement.MinPerSecond.Bytes > 0 ? Timeout.InfiniteTimeSpan : requirement.BodyTimeout));
        _pace = new Timer(static body => ((DeadlineBodyStream)body!).LookAtPace(), this, requirement.SlowGrace, LookEvery);
    }

    /// <summary>What was wrong with the body, once a read has said so.</summary>
    public BadHttpRequestException? Failure { get; private set; }

    /// <summary>Whether all of it was read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>How long the next read may take.</summary>
    private TimeSpan Patience => Allowance < _requirement.ReadTimeout ? Allowance : _requirement.ReadTimeout;

    /// <summary>
    /// What the sender may still take by its speed so far. Only the time in reads counts: what a slow store takes in
    /// between is not the sender's fault.
    /// </summary>
    private TimeSpan Allowance
    {
        get
        {
            if (_requirement.MinPerSecond.Bytes == 0)
                return _requirement.ReadTimeout;
            var left = _requirement.BodyTimeout + TimeSpan.FromSeconds((double)_length / _requirement.MinPerSecond.Bytes) - Stopwatch.GetElapsedTime(0, _waited);
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
        _read.CancelAfter(Patience);
        using var onEnd = _read.Token.UnsafeRegister(EndRead, _body);
        using var onTotal = _total.Token.UnsafeRegister(Cancel, _read);
        using var onAborted = _aborted.UnsafeRegister(Cancel, _read);
        using var onCaller = cancellationToken.UnsafeRegister(Cancel, _read);
        Volatile.Write(ref _readSince, Stopwatch.GetTimestamp());
        while (true)
        {
            var result = await ReadAsync().ConfigureAwait(false);
            var isAll = result.IsCompleted && result.Buffer.Length <= buffer.Length;
            var count = Take(result.Buffer, buffer.Span);
            if (count > 0 || result.IsCompleted || buffer.IsEmpty)
            {
                _read.CancelAfter(Timeout.InfiniteTimeSpan);
                Received(count);
                IsAtEnd = isAll;
                return _length <= _requirement.MaxBody.Bytes ? count : throw TooLarge();
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
            _pace.Dispose();
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
            _context.Abort();
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

    private void Received(int count)
    {
        Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - _readSince);
        Volatile.Write(ref _readSince, 0);
        Volatile.Write(ref _length, _length + count);
    }

    private void LookAtPace()
    {
        var since = Volatile.Read(ref _readSince);
        if (since == 0 || _pool.GetStatus().Waiting == 0)
            return;
        var waited = Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited) + Stopwatch.GetTimestamp() - since) - _requirement.SlowGrace;
        if (Volatile.Read(ref _length) >= waited.TotalSeconds * _requirement.MinPerSecondWhileAwaited.Bytes)
            return;
        _inTheWay = true;
        try
        {
            _total.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request has just ended.
        }
    }

    private BadHttpRequestException TooLarge() =>
        Failure = new BadHttpRequestException($"The body is larger than the {_requirement.MaxBody} that this route takes.", StatusCodes.Status413PayloadTooLarge);

    private BadHttpRequestException TooSlow() => Failure = new BadHttpRequestException(
        _inTheWay ? $"The body came at less than {_requirement.MinPerSecondWhileAwaited} a second while others waited for its memory."
            : Allowance < _requirement.ReadTimeout ? $"The body came at less than {_requirement.MinPerSecond} a second."
            : _total.IsCancellationRequested ? $"The body did not arrive within {_requirement.BodyTimeout.TotalSeconds:0.#} s."
            : $"The body stalled: nothing came for {_requirement.ReadTimeout.TotalSeconds:0.#} s.",
        StatusCodes.Status408RequestTimeout);

    private static void EndRead(object? body)
    {
        try
        {
            ((PipeReader)body!).CancelPendingRead();
        }
        catch (ConnectionAbortedException)
        {
            // The connection was aborted a moment before, which ends the read as well.
        }
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
