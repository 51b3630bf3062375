using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Residents;
using Headroom.Search.Documents;
using Headroom.Search.Embedding;
using Headroom.Search.Indexing;
using Headroom.Search.Models;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Search.Searching;

/// <summary>Searches.</summary>
/// <param name="search">Finds.</param>
/// <param name="answer">Answers.</param>
/// <param name="store">Counts.</param>
/// <param name="index">Counts, too.</param>
/// <param name="embedder">The query's meaning.</param>
/// <param name="pool">What searches lease.</param>
/// <param name="patience">How long a search may wait for the model.</param>
/// <param name="time">The clock.</param>
internal sealed class SearchEndpoints(
    DocumentSearch search,
    SearchAnswer answer,
    DocumentStore store,
    MeaningIndex index,
    SentenceEmbedder embedder,
    BudgetPool pool,
    TimeSpan patience,
    TimeProvider time)
{
    private const string Expected =
        "an object with query (a text), and if you like limit (1 to 100), mode (hybrid, semantic or keyword) and filter (an object of "
        + "values or arrays of values)";

    /// <summary>The query, candidates of both kinds, and one document of the answer at a time.</summary>
    private static readonly ByteSize PerRequest = ByteSize.FromKilobytes(768);

    private static readonly ByteSize MaxBody = ByteSize.FromKilobytes(64);

    /// <summary>Above what a filter may have, so that who is a little beyond it is told of the filter.</summary>
    private static readonly JsonBounds Bounds = new(128, 1024, 8);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/search").RequireAuthorization(Policies.Search);
        group.MapPost("", (RequestDelegate)SearchAsync).RequireMemory(Pools.Search, PerRequest, MaxBody);
        group.MapGet("", (RequestDelegate)TellAsync).RequireMemory(Pools.Search, ByteSize.FromKilobytes(16));
    }

    private async Task SearchAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, Bounds, SearchJson.Default.SearchRequest, Expected).ConfigureAwait(false);
        var query = request.Validate();
        var (model, lease) = query.Mode == SearchMode.Keyword ? (null, context.GetMemoryLease()) : await HoldModelAsync(context, query).ConfigureAwait(false);
        using (model)
        using (lease)
        {
            var vector = model is null ? null : await EmbedAsync(query, context.RequestAborted).ConfigureAwait(false);
            var hits = await search.FindAsync(query, vector, lease, context.RequestAborted).ConfigureAwait(false);
            await answer.WriteAsync(context, query, vector is null ? SearchMode.Keyword : query.Mode, hits).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the vectors are open and the model is in memory.</summary>
    private async ValueTask<IDisposable> HoldModelAsync(CancellationToken cancellationToken)
    {
        await index.Tried.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (index.Vectors is null)
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "index-unavailable",
                "The vectors of documents can't be used now. Search by words meanwhile (mode keyword), or ask again later; "
                + "the server's operator finds the reason in the log.",
                TimeSpan.FromSeconds(5));
        return await embedder.HoldModelAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>
    /// What keeps the model, and what the search runs under; no model when it can't be used and words alone will do: half
    /// an answer that says so is better than none.
    /// </returns>
    private async Task<(IDisposable? Model, MemoryLease Lease)> HoldModelAsync(HttpContext context, SearchQuery query)
    {
        var holding = HoldModelAsync(context.RequestAborted);
        var lease = context.GetMemoryLease();
        if (holding.IsCompleted)
            return (await OrWordsAsync(holding.AsTask(), query).ConfigureAwait(false), lease);
        // Nobody waits for a model while holding a lease.
        lease.Dispose();
        var model = await OrWordsAsync(WaitAsync(holding.AsTask(), context.RequestAborted), query).ConfigureAwait(false);
        try
        {
            return (model, await pool.AcquireAsync(PerRequest.Bytes, context.RequestAborted).ConfigureAwait(false));
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }

    private static async Task<IDisposable?> OrWordsAsync(Task<IDisposable> model, SearchQuery query)
    {
        try
        {
            return await model.ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is ModelUnavailableException or ProblemException && query.Mode == SearchMode.Hybrid)
        {
            return null;
        }
    }

    private async Task<IDisposable> WaitAsync(Task<IDisposable> model, CancellationToken cancellationToken)
    {
        try
        {
            return await model.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            _ = model.ContinueWith(m => m.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw late is TimeoutException ? new ModelUnavailableException(embedder.Model, late) : late;
        }
    }

    /// <returns>The query's vector, of length one; null when there is no memory to compute it and words alone will do.</returns>
    private async Task<float[]?> EmbedAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var vector = (await embedder.EmbedAsync(new[] { query.Text }, cancellationToken).ConfigureAwait(false))[0].Vector;
            SentenceModel.Normalize(vector);
            return vector;
        }
        catch (MemoryLeaseRefusedException) when (query.Mode == SearchMode.Hybrid)
        {
            return null;
        }
    }

    private async Task TellAsync(HttpContext context)
    {
        var counts = await store.CountAsync(context.RequestAborted).ConfigureAwait(false);
        var told = new SearchState(
            new CountsAnswer(counts.All, counts.Pending, counts.Indexed, counts.Failed, Math.Round(counts.PendingFor(time.GetUtcNow()).TotalSeconds, 1)),
            index.Count,
            embedder.Model,
            embedder.Version);
        await context.Response.WriteAsJsonAsync(told, SearchJson.Default.SearchState, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }
}
