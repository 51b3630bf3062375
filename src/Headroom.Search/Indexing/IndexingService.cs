using Headroom.Budget;
using Headroom.Search.Documents;
using Headroom.Search.Embedding;
using Headroom.Vectors;
using Headroom.Web.Modules;
using Headroom.Web.Starting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Search.Indexing;

/// <summary>
/// Works through the queue in the background: opens the vectors, brings them in line with the documents, indexes what is
/// due and sleeps until there is more. Whatever fails that is not a document's own fault is waited for.
/// </summary>
internal sealed partial class IndexingService(
    DocumentStore store,
    DocumentQueue queue,
    MeaningIndex index,
    SentenceEmbedder embedder,
    MemoryBudget budget,
    SearchOptions options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<IndexingService> logger) : BackgroundService
{
    private const int DeadBeforeCompaction = 1000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The program waits longer for its services, but not for ever.</summary>
    private static readonly TimeSpan MostOfTheEnd = TimeSpan.FromSeconds(5);

    private readonly UnhurriedEmbedding _embedding = new(embedder.EmbedAsync, time);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private volatile bool _damaged;
    private bool _inLine;
    private bool _full;

    private DocumentIndexer Indexer => field ??= new DocumentIndexer(queue, _embedding.EmbedAsync);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.HasStartedAsync(stoppingToken).ConfigureAwait(false))
            return;
        store.Changed = () =>
        {
            _embedding.Came();
            Wake();
        };
        index.Damaged = () =>
        {
            _damaged = true;
            Wake();
        };
        var pause = ShortestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await OpenAsync(stoppingToken).ConfigureAwait(false);
                while (!_damaged)
                {
                    var worked = await WorkAsync(stoppingToken).ConfigureAwait(false);
                    pause = ShortestPause;
                    if (!worked)
                        await SleepAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception problem)
            {
                // No exception may end the queue; the document that is to blame was told apart already.
                LogFailure(problem.Message);
                Leave(problem);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        await RemoveLastAsync().ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_damaged)
        {
            LogRebuild("one of them is damaged");
            index.Delete();
            _damaged = false;
        }
        if (index.Vectors is null)
        {
            _inLine = false;
            if (index.Open() is { } problem)
                LogRebuild(problem);
        }
        if (_inLine)
            return;
        var returned = await new IndexReconciler(queue).RunAsync(index.Vectors!, cancellationToken).ConfigureAwait(false);
        // Also what programs before this one deleted and did not overwrite.
        index.Vectors!.Erase(cancellationToken);
        _inLine = true;
        if (returned > 0)
            LogReturned(returned);
    }

    /// <summary>What was removed a moment ago is gone from the disk when the program ends, and not only after the next start.</summary>
    private async Task RemoveLastAsync()
    {
        using var most = new CancellationTokenSource(MostOfTheEnd, time);
        try
        {
            while (!_damaged && index.Vectors is { } vectors && await Indexer.RemoveAsync(vectors, most.Token).ConfigureAwait(false) > 0)
            {
                // Some at a time.
            }
        }
        catch (Exception problem)
        {
            // The next start goes on.
            LogFailure(problem.Message);
        }
    }

    /// <summary>Vectors that failed are opened again; what failed elsewhere leaves them to the searches.</summary>
    private void Leave(Exception problem)
    {
        if (problem is not VectorIndexException vectors)
            return;
        _damaged |= vectors.Problem == VectorIndexProblem.Damaged;
        index.Close();
    }

    /// <returns>Whether there was anything to do.</returns>
    private async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var vectors = index.Vectors!;
        if (await Indexer.RemoveAsync(vectors, cancellationToken).ConfigureAwait(false) > 0)
            return true;
        if (vectors.DeadSlots > DeadBeforeCompaction && vectors.DeadSlots > vectors.Count / 3)
            vectors.Compact(cancellationToken);
        if (!HasRoom(vectors, cancellationToken))
            return false;
        if (await queue.NextDueAsync(cancellationToken).ConfigureAwait(false) is not { } due || due > time.GetUtcNow())
            return false;
        // Waiting goes in one direction: model, memory, gate.
        using var model = await embedder.HoldModelAsync(cancellationToken).ConfigureAwait(false);
        using var lease = await budget.GetPool(Pools.Indexing).AcquireAsync(
            DocumentIndexer.MemoryFor(embedder.Dimensions).Bytes, cancellationToken).ConfigureAwait(false);
        return await Indexer.IndexAsync(vectors, cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>Dead slots count until they are given back, which costs writing everything once: not for a few.</summary>
    private bool HasRoom(VectorIndex vectors, CancellationToken cancellationToken)
    {
        if (vectors.Count + vectors.DeadSlots >= options.Passages && vectors.DeadSlots > options.Passages / 20)
            vectors.Compact(cancellationToken);
        var full = vectors.Count + vectors.DeadSlots >= options.Passages;
        if (full && !_full)
            LogFull(options.Passages);
        return !(_full = full);
    }

    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var due = await queue.NextDueAsync(cancellationToken).ConfigureAwait(false);
        var sleep = !_full && due is { } at && at - time.GetUtcNow() < LongestPause ? at - time.GetUtcNow() : LongestPause;
        if (sleep < ShortestPause)
            sleep = ShortestPause;
        using var waking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_wake.WaitAsync(waking.Token), Task.Delay(sleep, time, waking.Token)).ConfigureAwait(false);
        await waking.CancelAsync().ConfigureAwait(false);
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (Exception problem) when (problem is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else woke it, or the program ends.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Indexing documents waits and goes on: {Problem}")]
    private partial void LogFailure(string problem);

    [LoggerMessage(LogLevel.Warning, "The vectors of documents are made anew: {Problem}")]
    private partial void LogRebuild(string problem);

    [LoggerMessage(LogLevel.Information, "{Documents} documents are indexed anew; meanwhile they are found by their words only")]
    private partial void LogReturned(int documents);

    [LoggerMessage(LogLevel.Warning, "There are {Passages} passages, and no more are indexed: raise HEADROOM__SEARCH__PASSAGES, or delete documents")]
    private partial void LogFull(int passages);
}
