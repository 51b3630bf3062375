using Headroom.AspNetCore.Hosting;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Onnx;
using Headroom.Reconciling;
using Headroom.Residents;
using Headroom.Search.Documents;
using Headroom.Search.Embedding;
using Headroom.Search.Indexing;
using Headroom.Search.Models;
using Headroom.Search.OpenAi;
using Headroom.Search.Searching;
using Headroom.Search.Webhook;
using Headroom.Sqlite;
using Headroom.Vectors;
using Headroom.Web.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Search;

/// <summary>Search by meaning: what it needs and what it serves.</summary>
public static class SearchServices
{
    private const string Vectors = "search";

    /// <summary>Requests received ahead of those that are computed, with their texts and vectors.</summary>
    private static readonly ByteSize RequestsInFlight = ByteSize.FromMegabytes(24);

    /// <summary>The service.</summary>
    public static ServiceModule Module { get; } = new("search", Add, Map, DocumentMigrations.All)
    {
        SqliteBytes = SqliteHeap.FullTextBytes,
        Kept = [Vectors + "/"],
    };

    private static void Add(ModuleSetup setup)
    {
        var (services, headroom, dataFolder, modelFolders, _) = setup;
        var options = (headroom.Configuration.GetSection("Search").Get<SearchOptions>() ?? new SearchOptions()).Validate();
        var folder = SentenceModelFolder.Find(options.Model, modelFolders);
        Declare(headroom, options, folder.Manifest);
        services.AddSingleton(new ArenaShare(ByteSize.FromMegabytes(folder.Manifest.ResidentMb), BatchesOf(options, folder.Manifest)));

        services.AddSingleton(folder);
        services.AddSingleton(folder.Source);
        services.AddSingleton(p => new ModelSlot<SentenceModel>(
            new ModelSlotOptions(folder.Manifest.Name, "sentences", ByteSize.FromMegabytes(folder.Manifest.ResidentMb)),
            p.GetRequiredService<MemoryBudget>().GetPool(Pools.Models),
            cancellationToken => SentenceModelLoader.LoadAsync(
                folder, p.GetRequiredService<PreparedModelCache>(), p.GetRequiredService<OnnxEnvironment>(), cancellationToken),
            model => model.Mapped,
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<MemoryGovernor>()));
        services.AddSingleton<IModelSlot>(p => p.GetRequiredService<ModelSlot<SentenceModel>>());
        services.AddSingleton(p => new SentenceEmbedder(
            p.GetRequiredService<ModelSlot<SentenceModel>>(),
            folder,
            p.GetRequiredService<InferenceGate>(),
            p.GetRequiredService<MemoryBudget>().GetPool(Pools.Embeddings),
            p.GetRequiredService<WorkObserver>(),
            BatchOptions.ForThisMachine(options.BatchTokens),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<EmbeddingsEndpoints>();
        AddDocuments(services, headroom, options, dataFolder);
        services.AddSingleton(p => SigningSecrets.Read(p.GetRequiredService<IConfiguration>()));
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton<WebhookEndpoints>();
        services.AddHostedService<WebhookRehearsal>();
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<EmbeddingsEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<DocumentEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<SearchEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<WebhookEndpoints>().Map(routes);
        // Made now: a metric that appears with its first count has no beginning.
        _ = routes.ServiceProvider.GetRequiredService<IndexingMetrics>();
    }

    private static void AddDocuments(IServiceCollection services, HeadroomBuilder headroom, SearchOptions options, string dataFolder)
    {
        services.AddSingleton(options);
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<DocumentQueue>();
        services.AddSingleton(p => new MeaningIndex(
            Path.Combine(dataFolder, Vectors), p.GetRequiredService<SentenceEmbedder>().Version, p.GetRequiredService<SentenceEmbedder>().Dimensions));
        services.AddSingleton<DocumentSearch>();
        services.AddSingleton<SearchAnswer>();
        services.AddSingleton<DocumentEndpoints>();
        services.AddSingleton<IndexingMetrics>();
        services.AddSingleton(
            p => ActivatorUtilities.CreateInstance<SearchEndpoints>(p, p.GetRequiredService<MemoryBudget>().GetPool(Pools.Search), headroom.MaxWait));
        services.AddHostedService<IndexingService>();
    }

    private static ByteSize BatchesOf(SearchOptions options, SentenceModelManifest model) =>
        new((long)(model.TokenKb * 1024 * Math.Max(options.BatchTokens, model.MaxTokens)));

    private static void Declare(HeadroomBuilder headroom, SearchOptions options, SentenceModelManifest model)
    {
        var resident = ByteSize.FromMegabytes(model.ResidentMb);
        var batches = BatchesOf(options, model);
        var indexing = DocumentIndexer.MemoryFor(model.Dimensions);
        headroom
            .AddPool(Pools.Models, resident, guaranteed: resident, "name a smaller model (HEADROOM__SEARCH__MODEL).", WorkPriority.High)
            .AddPool(Pools.Embeddings, batches, guaranteed: batches, "lower HEADROOM__SEARCH__BATCHTOKENS (tokens computed at once).", WorkPriority.High)
            .AddResident(
                $"vector index of {options.Passages:N0} passages",
                VectorIndex.MemoryFor(options.Passages, model.Dimensions),
                "lower HEADROOM__SEARCH__PASSAGES (passages found by meaning).")
            .AddResident("index of words", new ByteSize(SqliteHeap.FullTextBytes), "switch the service off (HEADROOM__SERVICES).")
            .AddPool(Pools.Indexing, indexing, guaranteed: indexing, "it is bounded and small already.", WorkPriority.Low)
            .AddPool(Pools.Search, RequestsInFlight, guaranteed: EmbeddingsEndpoints.Largest, "switch the service off (HEADROOM__SERVICES).");
    }
}
