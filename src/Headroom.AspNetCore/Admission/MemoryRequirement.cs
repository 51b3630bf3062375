using Headroom.Buffers;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Admission;

/// <summary>What a route needs before its body is read. Attached to the route by <c>RequireMemory</c>; the plan reads it.</summary>
/// <param name="Pool">The pool that the lease is taken from.</param>
/// <param name="PerRequest">Bytes beside the body: what the handler itself holds.</param>
/// <param name="MaxBody">The largest body, in bytes; larger ones are answered 413. A chunked body leases all of it.</param>
public sealed record MemoryRequirement(string Pool, ByteSize PerRequest, ByteSize MaxBody)
{
    /// <summary>How long one read of the body may take: a client that stalls longer is answered 408.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the whole body may take once it is being read.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// What a sender must bring each second while others wait for the pool, after the first seconds: who is slower is
    /// answered 408, for a few stalled senders must not keep all others out. Zero: nothing more than the timeouts say.
    /// </summary>
    public ByteSize MinPerSecondWhileAwaited { get; init; } = ByteSize.FromKilobytes(16);

    /// <summary>How long a sender may take before its pace counts.</summary>
    internal TimeSpan SlowGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What a body that takes longer than <see cref="BodyTimeout"/> must at least bring each second, for bodies of any
    /// length; zero, the default, where all of it has to come within that time.
    /// </summary>
    public ByteSize MinPerSecond { get; init; }

    /// <summary>The body passes through what <see cref="PerRequest"/> holds and is never kept: its length is bounded but not leased.</summary>
    public bool Streamed { get; init; }

    /// <summary>How long a request may wait for what it needs and its lease together; null for <c>HEADROOM__MAXWAIT</c>.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>
    /// Runs before the lease is taken, for whatever a request must not wait for while it holds one: a model that is
    /// still loading. Its token is cancelled when the client leaves or has waited for it as long as it may wait for a lease.
    /// </summary>
    public Func<HttpContext, CancellationToken, ValueTask>? BeforeLease { get; init; }

    /// <summary>The most that one request can lease; bodies are counted in whole segments.</summary>
    public ByteSize Largest => new(BytesFor(MaxBody.Bytes));

    /// <summary>What a request with a body of this length leases.</summary>
    internal long BytesFor(long body) => PerRequest.Bytes + (Streamed ? 0 : SegmentPool.Round(body));
}
