using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Search.Documents;

/// <summary>Documents: stored, listed, read, removed, tried again.</summary>
internal sealed class DocumentEndpoints(DocumentStore store)
{
    /// <summary>A body of unknown length is received in pieces, which are put together at its end.</summary>
    private const int CopiesOfBody = 2;

    private const string Expected =
        "an object with text, and if you like id (a text), source (a text) and fields (an object of texts, numbers, truth values or arrays of them)";

    private static readonly ByteSize PerRequest = ByteSize.FromKilobytes(64);

    /// <summary>A listed document with all the fields it may have.</summary>
    private static readonly ByteSize PerList = ByteSize.FromKilobytes(512);

    /// <summary>None is read, but clients send <c>{}</c>.</summary>
    private static readonly ByteSize NoBody = ByteSize.FromKilobytes(1);

    /// <summary>A text at its limit with every character escaped, as many clients do, and its fields.</summary>
    private static readonly ByteSize MaxBody = ByteSize.FromMegabytes(4);

    /// <summary>Above what a document may have, so that who is a little beyond it is told of the document.</summary>
    private static readonly JsonBounds Bounds = new(256, 2048, 8);

    public void Map(IEndpointRouteBuilder routes)
    {
        var documents = routes.MapGroup("/api/documents").RequireAuthorization(Policies.Search);
        documents.MapPost("", (RequestDelegate)AddAsync).RequireMemory(Pools.Search, PerRequest, MaxBody);
        documents.MapGet("", (RequestDelegate)ListAsync).RequireMemory(Pools.Search, PerList);
        documents.MapGet("/{id}", (RequestDelegate)GetAsync).RequireMemory(Pools.Search, PerRequest);
        documents.MapDelete("/{id}", (RequestDelegate)RemoveAsync).RequireMemory(Pools.Search, PerRequest);
        documents.MapPost("/{id}/retry", (RequestDelegate)RetryAsync).RequireMemory(Pools.Search, PerRequest, NoBody);
        documents.MapPost("/retry", (RequestDelegate)RetryAllAsync).RequireMemory(Pools.Search, PerRequest, NoBody);
    }

    private async Task AddAsync(HttpContext context)
    {
        var body = await JsonBody.ReceiveAsync(context, Bounds, Expected).ConfigureAwait(false);
        Hold(context, (CopiesOfBody * body.Bytes.Length) + body.Items.Bytes + MemoryOf(body.Bytes.Length));
        var request = JsonBody.Read(body.Bytes.Span, DocumentsJson.Default.DocumentRequest, Expected);
        var added = await store.AddAsync(request.ToDocument(), DocumentConflict.Replace, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = added.Outcome == AddOutcome.Replaced ? StatusCodes.Status200OK : StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/api/documents/{added.Id}";
        var answer = new AddedAnswer(added.Id, DocumentJson.NameOf(DocumentState.Pending), added.Outcome == AddOutcome.Replaced);
        await context.Response.WriteAsJsonAsync(answer, DocumentsJson.Default.AddedAnswer, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!Paging.TryRead(context.Request.Query, out var page, out var problem))
        {
            await problem.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        var keys = await store.KeysAsync(State(context), page.After, page.Limit, context.RequestAborted).ConfigureAwait(false);
        var answer = JsonAnswer.To(context);
        await using (answer.ConfigureAwait(false))
        {
            answer.Writer.WriteStartObject();
            answer.Writer.WriteStartArray("items");
            var damaged = new List<string>();
            foreach (var key in keys)
            {
                // One that was removed meanwhile is left out.
                if (await store.FindAsync(key, DocumentJson.ListedCharacters, context.RequestAborted).ConfigureAwait(false) is not { } document)
                    continue;
                if (!document.IsWhole)
                {
                    damaged.Add(document.Id);
                    continue;
                }
                DocumentJson.WriteDocument(answer.Writer, document, DocumentJson.ListedCharacters);
                await answer.FlushAsync().ConfigureAwait(false);
            }
            answer.Writer.WriteEndArray();
            answer.Writer.WriteString("next_cursor", page.Next(keys, key => key));
            DocumentJson.WriteDamaged(answer.Writer, damaged);
            answer.Writer.WriteEndObject();
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        var id = Id(context);
        if (await store.FindLengthAsync(id, context.RequestAborted).ConfigureAwait(false) is { } length)
            Hold(context, MemoryOf(length));
        var document = await store.FindAsync(id, NewDocument.MaxTextBytes, context.RequestAborted).ConfigureAwait(false) ?? throw NoSuchDocument(id);
        var answer = JsonAnswer.To(context);
        await using (answer.ConfigureAwait(false))
            DocumentJson.WriteDocument(answer.Writer, document, int.MaxValue);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (!await store.RemoveAsync(Id(context), context.RequestAborted).ConfigureAwait(false))
            throw NoSuchDocument(Id(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RetryAsync(HttpContext context)
    {
        var id = Id(context);
        if (!await store.RetryAsync(id, context.RequestAborted).ConfigureAwait(false))
            throw await store.FindLengthAsync(id, context.RequestAborted).ConfigureAwait(false) is null
                ? NoSuchDocument(id)
                : new ProblemException(StatusCodes.Status409Conflict, "not-failed", $"The document '{id}' has not failed: there is nothing to try again.");
        await WriteRetriedAsync(context, 1).ConfigureAwait(false);
    }

    private async Task RetryAllAsync(HttpContext context) =>
        await WriteRetriedAsync(context, await store.RetryAllAsync(context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private static Task WriteRetriedAsync(HttpContext context, int retried) =>
        context.Response.WriteAsJsonAsync(new RetriedAnswer(retried), DocumentsJson.Default.RetriedAnswer, cancellationToken: context.RequestAborted);

    /// <summary>A text is characters of two bytes, and bytes of the database twice.</summary>
    private static long MemoryOf(long text) => 4 * Math.Min(text, NewDocument.MaxTextBytes);

    /// <summary>
    /// Leases what the document takes, now that its length is known: less than the route's maximum, or more than the body
    /// alone. It never waits: it holds what others may wait for.
    /// </summary>
    private static void Hold(HttpContext context, long bytes)
    {
        var lease = context.GetMemoryLease();
        var more = PerRequest.Bytes + bytes - lease.Bytes;
        if (more <= 0)
            lease.ShrinkTo(PerRequest.Bytes + bytes);
        else if (!lease.TryGrow(more))
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "memory-busy",
                $"This document needs {new ByteSize(bytes)} for a moment, more than is free now; try again later.",
                lease.RetryAfter);
    }

    private static DocumentState? State(HttpContext context) => context.Request.Query["state"].ToString() switch
    {
        "" => null,
        "pending" => DocumentState.Pending,
        "indexed" => DocumentState.Indexed,
        "failed" => DocumentState.Failed,
        _ => throw new ProblemException(
            StatusCodes.Status400BadRequest, "bad-state", "state must be pending, indexed or failed. Leave it out for all documents."),
    };

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static ProblemException NoSuchDocument(string id) =>
        new(
            StatusCodes.Status404NotFound,
            "no-such-document",
            $"There is no document '{(id.Length <= NewDocument.MaxIdLength ? id : id[..NewDocument.MaxIdLength])}'. GET /api/documents lists them.");
}
