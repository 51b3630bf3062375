using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Web.Requests;

/// <summary>
/// Receives a JSON body under the request's lease. What it is made of is counted while it arrives; what it can become is
/// leased before anything is made of it.
/// </summary>
public static class JsonReceiver
{
    /// <summary>What a name or a value takes beside its characters: an object, its place in a list or a table, what that outgrew.</summary>
    private const int BytesPerItem = 256;

    /// <summary>Pieces of a body of unknown length; none of them is a large object to the collector.</summary>
    private const int PieceBytes = 32 * 1024;

    /// <summary>What every route's own memory has room for: what a usual request becomes.</summary>
    private static readonly ByteSize Included = ByteSize.FromKilobytes(16);

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Receives the body.</summary>
    /// <param name="context">The request; its route requires memory for the body.</param>
    /// <param name="bounds">What the body may be made of.</param>
    /// <exception cref="JsonBoundsException">It is made of more; the rest of it is not read.</exception>
    /// <exception cref="ProblemException">What it can become is more than is free now.</exception>
    public static async Task<ReceivedJson> ReceiveAsync(HttpContext context, JsonBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(context);
        var census = new JsonCensus(bounds);
        var body = context.Request.ContentLength is { } length
            ? await ReceiveKnownAsync(context, census, length).ConfigureAwait(false)
            : await ReceivePiecesAsync(context, census).ConfigureAwait(false);
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        var received = new ReceivedJson(body, new ByteSize((census.Names + census.Values) * (long)BytesPerItem));
        Lease(context, received.Becomes.Bytes - Included.Bytes);
        return received;
    }

    private static async Task<ReadOnlyMemory<byte>> ReceiveKnownAsync(HttpContext context, JsonCensus census, long declared)
    {
        // One more than there will be: the end is seen, too.
        var body = new byte[declared + 1];
        var length = 0;
        while (length < body.Length && await ReadAsync(context, body.AsMemory(length)).ConfigureAwait(false) is var read and > 0)
        {
            census.Add(body.AsSpan(length, read));
            length += read;
        }
        return body.AsMemory(0, length);
    }

    private static async Task<ReadOnlyMemory<byte>> ReceivePiecesAsync(HttpContext context, JsonCensus census)
    {
        var pieces = new List<Memory<byte>>();
        var length = 0;
        while (await ReceivePieceAsync(context, census).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            pieces.Add(piece);
            length += piece.Length;
        }
        if (pieces.Count == 1)
            return pieces[0];
        // Beside the pieces, which the lease is for.
        Lease(context, length - Included.Bytes);
        var body = new byte[length];
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(body.AsMemory(at));
            at += piece.Length;
        }
        return body;
    }

    /// <returns>A full piece, or the last one; empty at the end.</returns>
    private static async Task<Memory<byte>> ReceivePieceAsync(HttpContext context, JsonCensus census)
    {
        var piece = new byte[PieceBytes];
        var length = 0;
        while (length < piece.Length && await ReadAsync(context, piece.AsMemory(length)).ConfigureAwait(false) is var read and > 0)
        {
            census.Add(piece.AsSpan(length, read));
            length += read;
        }
        return piece.AsMemory(0, length);
    }

    private static ValueTask<int> ReadAsync(HttpContext context, Memory<byte> into) => context.Request.Body.ReadAsync(into, context.RequestAborted);

    /// <summary>It never waits: it holds what others may wait for.</summary>
    private static void Lease(HttpContext context, long more)
    {
        var lease = context.GetMemoryLease();
        if (more > 0 && !lease.TryGrow(more))
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "memory-busy",
                $"What this body says needs {new ByteSize(more)} more for a moment, and that is not free now; send it again later.",
                lease.RetryAfter);
    }
}
