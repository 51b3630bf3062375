using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Headroom.Bench.Programs;
using Headroom.Bench.Timing;
using Headroom.Budget;
using Headroom.Onnx;
using Headroom.Reconciling;
using Headroom.Residents;
using Headroom.Search.Embedding;
using Headroom.Search.Models;

namespace Headroom.Bench.Sentences;

/// <summary>The server's sentence model in this process, prepared and loaded as the server does it.</summary>
internal sealed class SentenceBench : IAsyncDisposable
{
    /// <summary>As the server does it by default.</summary>
    private static readonly BatchOptions Batching = BatchOptions.ForThisMachine(1024);

    private readonly OnnxEnvironment _environment = OnnxEnvironment.Create();
    private readonly PreparedModelCache _prepared;
    private readonly ModelSlot<SentenceModel> _slot;
    private readonly SentenceEmbedder _embedder;

    /// <param name="server">Prepares the model, and has the default ones beside it.</param>
    public SentenceBench(string model, BuiltProgram server)
    {
        var beside = Path.Join(server.Folder, "models");
        SentenceModelFolder folder;
        try
        {
            folder = SentenceModelFolder.Find(model, [beside]);
        }
        catch (InvalidOperationException problem)
        {
            throw new BenchException(problem.Message, problem);
        }
        _prepared = new PreparedModelCache(
            [Path.Join(beside, "prepared"), Path.Join(Path.GetTempPath(), "headroom-bench-prepared")],
            new PreparationCommand(server.Location, ["prepare-model"]), _environment.Version);
        var budget = new MemoryBudget(ByteSize.FromMegabytes(1024));
        var (models, batches) = (
            budget.AddPool(new BudgetPoolOptions("models", ByteSize.FromMegabytes(512))),
            budget.AddPool(new BudgetPoolOptions("embeddings", ByteSize.FromMegabytes(512))));
        _slot = new ModelSlot<SentenceModel>(
            new ModelSlotOptions(folder.Manifest.Name, "sentences", ByteSize.FromMegabytes(folder.Manifest.ResidentMb)), models,
            token => SentenceModelLoader.LoadAsync(folder, _prepared, _environment, token), m => m.Mapped);
        _embedder = new SentenceEmbedder(_slot, folder, new InferenceGate(1), batches, new WorkObserver(), Batching, TimeProvider.System);
    }

    /// <summary>Correlates the cosines of sentence pairs with what people said.</summary>
    public async Task CorrelateAsync(IReadOnlyList<SentencePair> pairs, TextWriter output, CancellationToken cancellationToken)
    {
        string[] texts = [.. pairs.SelectMany(p => (string[])[p.First, p.Second])];
        var vectors = await _embedder.EmbedAsync(texts, cancellationToken);
        double[] scores = [.. pairs.Select(p => p.Score)];
        double[] cosines = [.. pairs.Select((_, i) => (double)TensorPrimitives.CosineSimilarity<float>(vectors[2 * i].Vector, vectors[2 * i + 1].Vector))];
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{_embedder.Model} {_embedder.Version}: {pairs.Count} pairs, Spearman "
            + $"{Correlation.Spearman(scores, cosines):0.0000}, Pearson {Correlation.Pearson(scores, cosines):0.0000}"));
    }

    /// <summary>Compares the embedder with a bare loop over the same model and texts, in full batches and on as many threads, in turns.</summary>
    public async Task CompareAsync(IReadOnlyList<string> texts, int rounds, TextWriter output, CancellationToken cancellationToken)
    {
        using var model = await _slot.AcquireAsync(cancellationToken);
        var batches = Batches([.. texts.Select(model.Model.Tokenize)]);
        var ratios = new List<double>();
        var tokens = batches.Max(batch => batch.Count * batch.Max(ids => ids.Length));
        for (var round = -1; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            Parallel.ForEach(
                Partitioner.Create(batches, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = Batching.Runs, CancellationToken = cancellationToken },
                batch => model.Model.Embed(batch, cancellationToken));
            var bare = Stopwatch.GetElapsedTime(started);
            started = Stopwatch.GetTimestamp();
            await _embedder.EmbedAsync(texts.ToArray(), cancellationToken);
            var embedder = Stopwatch.GetElapsedTime(started);
            // The first round warms up.
            if (round < 0)
                continue;
            ratios.Add(bare / embedder);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"bare loop {texts.Count / bare.TotalSeconds:0} texts/s, embedder with "
                + $"tokenizing {texts.Count / embedder.TotalSeconds:0} texts/s: {ratios[^1]:0.00} ×"));
        }
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"median {Percentile.Of([.. ratios.Order()], 50):0.00} × over {batches.Count} "
            + $"batches of {texts.Count} texts; {Batching.Runs} runs at once, of up to {tokens} padded tokens each, held at most "
            + $"{new ByteSize(_environment.Arena.PeakInUseBytes)}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _slot.DisposeAsync();
        _prepared.Dispose();
        _environment.Dispose();
    }

    private static List<IReadOnlyList<int[]>> Batches(IReadOnlyList<int[]> texts)
    {
        var queue = new BatchQueue();
        foreach (var text in texts)
            queue.Add(new PendingText(text, CancellationToken.None));
        var batches = new List<IReadOnlyList<int[]>>();
        while (queue.Take(Batching.BatchTokens) is { Count: > 0 } batch)
            batches.Add([.. batch.Select(t => t.Ids)]);
        return batches;
    }
}
