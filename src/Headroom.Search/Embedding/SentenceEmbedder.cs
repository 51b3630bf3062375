using Headroom.Budget;
using Headroom.Onnx;
using Headroom.Reconciling;
using Headroom.Residents;
using Headroom.Search.Models;

namespace Headroom.Search.Embedding;

/// <summary>
/// Turns texts into vectors whose product tells how alike their meanings are. Callers share batches. The model is loaded
/// when it is first needed; what a batch takes is leased before it runs. Thread-safe.
/// </summary>
public sealed class SentenceEmbedder
{
    private readonly ModelSlot<SentenceModel> _slot;
    private readonly SentenceModelFolder _folder;
    private readonly SharedPlace _place;
    private readonly BudgetPool _pool;
    private readonly WorkKind _work;
    private readonly EmbeddingBatcher _batcher;

    internal SentenceEmbedder(
        ModelSlot<SentenceModel> slot,
        SentenceModelFolder folder,
        InferenceGate gate,
        BudgetPool pool,
        WorkObserver observer,
        BatchOptions options,
        TimeProvider time)
    {
        (_slot, _folder, _pool) = (slot, folder, pool);
        _place = new SharedPlace(gate, options.Runs);
        _work = observer.AddKind("embed texts");
        _batcher = new EmbeddingBatcher(RunAsync, options, time);
    }

    /// <summary>The model's name.</summary>
    public string Model => _folder.Manifest.Name;

    /// <summary>16 hexadecimal digits that change whenever vectors may change: vectors of two versions don't compare, so embed anew.</summary>
    public string Version => _folder.Version;

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions => _folder.Manifest.Dimensions;

    /// <summary>Whether the first numbers of a vector, brought to length 1, are a vector too.</summary>
    public bool IsShortenable => _folder.Manifest.Shortenable;

    /// <summary>When the model came here.</summary>
    public DateTimeOffset Created => _folder.Created;

    /// <summary>Waits until the model is in memory. Ask before leasing anything: loading it needs a lease itself.</summary>
    /// <param name="cancellationToken">Stops waiting; the load goes on for the others.</param>
    /// <returns>Keeps the model in memory until it is disposed.</returns>
    /// <exception cref="ModelUnavailableException">It can't be loaded, or failed to a moment ago.</exception>
    public async ValueTask<IDisposable> HoldModelAsync(CancellationToken cancellationToken) =>
        await _slot.AcquireAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Embeds texts of any length; of a long one the beginning counts.</summary>
    /// <param name="texts">The texts; lone surrogates count as U+FFFD, and an empty text has a vector too.</param>
    /// <param name="cancellationToken">Takes the texts out of the batches that have not begun.</param>
    /// <returns>A vector for each, in order.</returns>
    /// <exception cref="ModelUnavailableException">The model can't be loaded, or failed to a moment ago.</exception>
    /// <exception cref="MemoryLeaseRefusedException">There is no memory to compute a batch.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<SentenceEmbedding[]> EmbedAsync(ReadOnlyMemory<string> texts, CancellationToken cancellationToken)
    {
        using var model = await _slot.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var ids = new int[texts.Length][];
        for (var i = 0; i < ids.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ids[i] = model.Model.Tokenize(texts.Span[i]);
        }
        // All at once, so that they find each other.
        return await Task.WhenAll(ids.Select(tokens => EmbedAsync(tokens, cancellationToken))).ConfigureAwait(false);
    }

    private async Task<SentenceEmbedding> EmbedAsync(int[] ids, CancellationToken cancellationToken) =>
        new(await _batcher.EmbedAsync(ids, cancellationToken).ConfigureAwait(false), ids.Length);

    /// <summary>On one thread; others run beside it. Waiting goes in one direction: model, memory, gate.</summary>
    private async Task<float[][]> RunAsync(IReadOnlyList<int[]> texts)
    {
        using var model = await _slot.AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        var estimate = EstimateBytes(texts);
        using var lease = await _pool.AcquireAsync(
            Math.Min(_work.Correct(new ByteSize(estimate)).Bytes, Math.Max(estimate, _pool.Cap.Bytes)), CancellationToken.None).ConfigureAwait(false);
        using var entry = await _place.EnterAsync().ConfigureAwait(false);
        // What an earlier run left in the arena would be taken again unseen.
        using var observed = model.Model.RunsFromNothing ? _work.Begin(estimate) : default;
        return model.Model.Embed(texts, CancellationToken.None);
    }

    private long EstimateBytes(IReadOnlyList<int[]> texts) =>
        Math.Max(1, (long)(_folder.Manifest.TokenKb * 1024 * texts.Count * texts.Max(t => t.Length)));
}
