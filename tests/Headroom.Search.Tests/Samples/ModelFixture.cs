using System.Security.Cryptography;
using Headroom.Budget;
using Headroom.Onnx;
using Headroom.Reconciling;
using Headroom.Residents;
using Headroom.Search.Converting;
using Headroom.Search.Embedding;
using Headroom.Search.Models;

// One for all tests: a process has one ONNX Runtime environment.
[assembly: AssemblyFixture(typeof(Headroom.Search.Tests.Samples.ModelFixture))]

namespace Headroom.Search.Tests.Samples;

/// <summary>The default model, converted and prepared as the build and the server do it.</summary>
public sealed class ModelFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly OnnxEnvironment _environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 2 });
    private readonly List<ModelSlot<SentenceModel>> _slots = [];
    private BudgetPool _models = null!;
    private BudgetPool _embeddings = null!;

    internal SentenceModelFolder UseLite { get; private set; } = null!;

    internal SentenceEmbedder Embedder { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        var budget = new MemoryBudget(ByteSize.FromMegabytes(512));
        _models = budget.AddPool(new BudgetPoolOptions("models", ByteSize.FromMegabytes(64)));
        _embeddings = budget.AddPool(new BudgetPoolOptions("embeddings", ByteSize.FromMegabytes(128)));
        var use = Directory.CreateDirectory(_folder["use-lite"]).FullName;
        UseLiteConverter.Convert(Restored.UseLite, Path.Combine(use, "model.onnx"));
        File.Copy(Path.Combine(Restored.UseLite, "vocab.json"), Path.Combine(use, "vocab.json"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "models", "use-lite", "manifest.json"), Path.Combine(use, "manifest.json"));
        UseLite = SentenceModelFolder.Open(use);
        Embedder = Open(UseLite);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots)
            await slot.DisposeAsync();
        _environment.Dispose();
        _folder.Dispose();
    }

    /// <summary>An embedder for a folder's model, with the memory of all tests or its own.</summary>
    internal SentenceEmbedder Open(SentenceModelFolder folder, BatchOptions? options = null, BudgetPool? pool = null) =>
        new(
            Slot(folder),
            folder,
            new InferenceGate(1),
            pool ?? _embeddings,
            new WorkObserver(),
            options ?? new BatchOptions(1024, 16 * 1024, 1),
            TimeProvider.System);

    internal ModelSlot<SentenceModel> Slot(SentenceModelFolder folder)
    {
        var slot = new ModelSlot<SentenceModel>(
            new ModelSlotOptions(folder.Manifest.Name, "sentences", ByteSize.FromMegabytes(8)),
            _models,
            cancellationToken => LoadAsync(folder, cancellationToken),
            m => m.Mapped);
        _slots.Add(slot);
        return slot;
    }

    /// <summary>A file's hash, as manifests have it.</summary>
    internal static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private async Task<SentenceModel> LoadAsync(SentenceModelFolder folder, CancellationToken cancellationToken)
    {
        using var cache = new PreparedModelCache(
            [_folder["prepared"]],
            new PreparationCommand(Path.Combine(AppContext.BaseDirectory, "Headroom.Onnx.Tests.Host"), ["prepare"]),
            _environment.Version);
        return await SentenceModelLoader.LoadAsync(folder, cache, _environment, cancellationToken);
    }
}
