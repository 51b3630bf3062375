using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
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
    /// <summary>How often deadlines are looked at; sooner where they are shorter than usual.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly HttpContext _context;
    private readonly MemoryRequirement _requirement;
    private readonly BudgetPool _pool;

    // The reader and not the stream: a read that is cancelled by a token leaves Kestrel unable to finish the request.
    private readonly PipeReader _body;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenRegistration _onAborted;
    private readonly Timer _watch;
    private readonly long _started = Stopwatch.GetTimestamp();
    private CancellationToken _caller;
    private CancellationTokenRegistration _onCaller;
    private long _length;

    // Only time in reads counts: what the handler does in between is not the sender's fault.
    private long _waited;
    private long _readSince;
    private volatile string? _tooSlow;

    /// <param name="context">The request.</param>
    /// <param name="requirement">The deadlines and the bound.</param>
    /// <param name="pool">Where its lease is from.</param>
    public DeadlineBodyStream(HttpContext context, MemoryRequirement requirement, BudgetPool pool)
    {
        (_context, _requirement, _pool) = (context, requirement, pool);
        (_body, _aborted) = (context.Request.BodyReader, context.RequestAborted);
        _onAborted = _aborted.UnsafeRegister(EndRead, _body);
        // One timer looks at all deadlines now and then: to set them anew for each block of a body costs more than to copy it.
        var every = Least(LookEvery, (Least(requirement.ReadTimeout, requirement.BodyTimeout) / 4) + TimeSpan.FromMilliseconds(1));
        _watch = new Timer(static body => ((DeadlineBodyStream)body!).Look(), this, every, every);
    }

    /// <summary>What was wrong with the body, once a read has said so.</summary>
    public BadHttpRequestException? Failure { get; private set; }

    /// <summary>Whether all of it was read.</summary>
    public bool IsAtEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Follow(cancellationToken);
        Volatile.Write(ref _readSince, Stopwatch.GetTimestamp());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _aborted.ThrowIfCancellationRequested();
            // Otherwise the cancellation of an earlier read came late.
            if (_tooSlow is { } why)
                throw Failure = new BadHttpRequestException(why, StatusCodes.Status408RequestTimeout);
            var result = await ReadAsync().ConfigureAwait(false);
            var isAll = result.IsCompleted && result.Buffer.Length <= buffer.Length;
            var count = Take(result.Buffer, buffer.Span);
            if (count > 0 || result.IsCompleted || buffer.IsEmpty)
            {
                Received(count);
                IsAtEnd = isAll;
                return _length <= _requirement.MaxBody.Bytes ? count : throw TooLarge();
            }
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
            _watch.Dispose();
            _onCaller.Dispose();
            _onAborted.Dispose();
        }
        base.Dispose(disposing);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Lets a token end reads; most callers have the same one for all of them.</summary>
    private void Follow(CancellationToken caller)
    {
        if (caller == _caller)
            return;
        _onCaller.Dispose();
        (_caller, _onCaller) = (caller, caller.UnsafeRegister(EndRead, _body));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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
        catch (IOException broken) when (broken.InnerException is OverflowException)
        {
            // The one fault of a message that Kestrel does not call one.
            throw Failure = new BadHttpRequestException(
                "The body says that its next chunk has more bytes than there are numbers for. Send chunks of at most 2 GB, or the body's length.",
                StatusCodes.Status400BadRequest,
                broken);
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

    private void Look()
    {
        var since = Volatile.Read(ref _readSince);
        if (since == 0 || _tooSlow is not null)
            return;
        var reading = Stopwatch.GetElapsedTime(since);
        _tooSlow = WhyTooSlow(reading, reading + Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited)));
        if (_tooSlow is not null)
            EndRead(_body);
    }

    /// <param name="reading">How long this read takes so far.</param>
    /// <param name="waited">How long all of them have taken.</param>
    private string? WhyTooSlow(TimeSpan reading, TimeSpan waited)
    {
        var length = Volatile.Read(ref _length);
        if (reading >= _requirement.ReadTimeout)
            return $"The body stalled: nothing came for {_requirement.ReadTimeout.TotalSeconds:0.#} s.";
        if (_requirement.MinPerSecond.Bytes > 0)
        {
            if (waited >= _requirement.BodyTimeout + TimeSpan.FromSeconds((double)length / _requirement.MinPerSecond.Bytes))
                return $"The body came at less than {_requirement.MinPerSecond} a second.";
        }
        else if (Stopwatch.GetElapsedTime(_started) >= _requirement.BodyTimeout)
        {
            return $"The body did not arrive within {_requirement.BodyTimeout.TotalSeconds:0.#} s.";
        }
        return waited > _requirement.SlowGrace
            && _pool.GetStatus().Waiting > 0
            && length < (waited - _requirement.SlowGrace).TotalSeconds * _requirement.MinPerSecondWhileAwaited.Bytes
            ? $"The body came at less than {_requirement.MinPerSecondWhileAwaited} a second while others waited for its memory."
            : null;
    }

    private BadHttpRequestException TooLarge() =>
        Failure = new BadHttpRequestException(
            $"The body is larger than the {_requirement.MaxBody} that this route takes.", StatusCodes.Status413PayloadTooLarge);

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
}
