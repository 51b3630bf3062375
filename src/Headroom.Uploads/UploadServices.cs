using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Hosting;
using Headroom.Blobs;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Measuring;
using Headroom.Sqlite;
using Headroom.Uploads.Callers;
using Headroom.Uploads.Completing;
using Headroom.Uploads.Creating;
using Headroom.Uploads.Files;
using Headroom.Uploads.Guests;
using Headroom.Uploads.Metrics;
using Headroom.Uploads.Parts;
using Headroom.Uploads.State;
using Headroom.Uploads.Sweeping;
using Headroom.Uploads.Tus;
using Headroom.Uploads.Writing;
using Headroom.Web.Modules;
using Headroom.Web.Problems;
using Headroom.Web.Sealing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Uploads;

/// <summary>Encrypted uploads: what the service needs and what it serves.</summary>
public static class UploadServices
{
    /// <summary>The CORS policy of sending.</summary>
    public const string CorsPolicy = "uploads";

    /// <summary>The query parameter that guests may send their token in.</summary>
    public const string GuestParameter = "guest";

    /// <summary>The least a sender must bring each second, on average, once the first half minute is over.</summary>
    private static readonly ByteSize MinPerSecond = ByteSize.FromKilobytes(8);

    /// <summary>Room for an upload or two whatever the other services do.</summary>
    private static readonly ByteSize Guaranteed = ByteSize.FromMegabytes(1);

    /// <summary>Room for completing a file of ten thousand parts.</summary>
    private static readonly ByteSize LeastByDefault = ByteSize.FromMegabytes(12);

    private static readonly ByteSize MostByDefault = ByteSize.FromMegabytes(64);

    /// <summary>The service, for a program that chooses where its bytes are kept.</summary>
    /// <param name="chooseStore">Chooses and checks the store.</param>
    public static ServiceModule Module(Func<ModuleSetup, UploadOptions, BlobStoreChoice> chooseStore)
    {
        ArgumentNullException.ThrowIfNull(chooseStore);
        return new ServiceModule("uploads", setup => Add(setup, chooseStore), Map, UploadMigrations.All)
        {
            Use = app => app.UseCors(),
            Kept = ["uploads/", MasterKeyOptions.FileName],
            EncryptedRows = "SELECT 1 FROM uploads LIMIT 1",
        };
    }

    private static void Add(ModuleSetup setup, Func<ModuleSetup, UploadOptions, BlobStoreChoice> chooseStore)
    {
        var options = UploadOptions.Read(setup.Headroom.Configuration);
        Add(setup.Services, setup.Headroom, options, chooseStore(setup, options));
    }

    internal static void Add(IServiceCollection services, HeadroomBuilder headroom, UploadOptions options, BlobStoreChoice store)
    {
        var cap = options.MemoryMb is { } own
            ? ByteSize.FromMegabytes(own)
            : ByteSize.Max(LeastByDefault, ByteSize.Min(MostByDefault, headroom.Limit.Size * 0.10));
        headroom
            .AddResident("buffers of uploads", UploadMemory.Retained(store.Memory), "it is bounded and small already.")
            .AddPool(Pools.Uploads, cap, Guaranteed, "turn the service off (HEADROOM__SERVICES), or raise the limit.");

        services.AddSingleton(options);
        services.AddSingleton(p => UploadMemory.Check(store.Open(p), store.Memory));
        services.AddSingleton<UploadMetrics>();
        services.AddSingleton<IProblemMapper, UploadProblems>();
        services.AddSingleton(_ => UploadMemory.NewSegments());
        services.AddSingleton(
            p => new MemoryPartSource("upload buffers", () => p.GetRequiredService<PageBuffers>().Bytes + p.GetRequiredService<IBlobStore>().HeldBytes));
        services.AddSingleton<PartSealer>();
        services.AddSingleton<Turns>();
        services.AddSingleton<UploadSecrets>();
        services.AddSingleton(p => new UploadMemory(store.Memory, p.GetRequiredService<MemoryBudget>().GetPool(Pools.Uploads)));
        services.AddSingleton<UploadStore>();
        services.AddSingleton<PartStore>();
        services.AddSingleton(p => new GuestLinks(p.GetRequiredService<Database>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UploadFinder>();
        services.AddSingleton<UploadCreator>();
        services.AddSingleton<UploadCompleter>();
        services.AddSingleton<UploadRemover>();
        services.AddSingleton<PartReceiver>();
        services.AddSingleton<TusAppender>();
        services.AddSingleton<FileSender>();
        services.AddSingleton<PartEndpoints>();
        services.AddSingleton<TusEndpoints>();
        services.AddSingleton<FileEndpoints>();
        services.AddSingleton<GuestEndpoints>();
        services.AddSingleton<OrphanSweep>();
        services.AddHostedService<UploadSweeper>();
        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy => policy
            .WithOrigins(options.AllowedOrigins)
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            .AllowAnyHeader()
            .WithExposedHeaders(TusProtocol.ExposedHeaders)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var (memory, options) = (routes.ServiceProvider.GetRequiredService<UploadMemory>(), routes.ServiceProvider.GetRequiredService<UploadOptions>());
        // Made now: a metric that appears with its first count has no beginning.
        _ = routes.ServiceProvider.GetRequiredService<UploadMetrics>();
        PartEndpoints.Map(routes, memory, options);
        TusEndpoints.Map(routes, memory, options);
        FileEndpoints.Map(routes, memory);
        GuestEndpoints.Map(routes);
    }

    /// <summary>What a route needs whose body is encrypted while it arrives.</summary>
    internal static MemoryRequirement Streaming(ByteSize perRequest, long maxBody) =>
        new(Pools.Uploads, perRequest, new ByteSize(maxBody)) { Streamed = true, BodyTimeout = TimeSpan.FromSeconds(30), MinPerSecond = MinPerSecond };
}
