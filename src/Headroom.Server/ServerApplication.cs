using Headroom.AspNetCore.Hosting;
using Headroom.AspNetCore.Status;
using Headroom.Blobs;
using Headroom.Faces;
using Headroom.Onnx;
using Headroom.Planning;
using Headroom.Reclaiming;
using Headroom.Search;
using Headroom.Server.Configuration;
using Headroom.Server.Faults;
using Headroom.Server.Inference;
using Headroom.Server.Keys;
using Headroom.Server.Storing;
using Headroom.Sqlite;
using Headroom.Uploads;
using Headroom.Uploads.Callers;
using Headroom.Web.Models;
using Headroom.Web.Status;

namespace Headroom.Server;

/// <summary>Composes the program: configuration, budget, services, routes.</summary>
internal static class ServerApplication
{
    /// <summary>What ONNX Runtime and libvips hold once they are loaded, without models; measured.</summary>
    private static readonly ByteSize NativeLibraries = ByteSize.FromMegabytes(12);

    /// <summary>Everything but starting: the plan can be printed, models prepared, keys managed.</summary>
    public static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "headroom" });
        var settings = ServerSettings.Read(builder.Configuration);
        builder.WebHost.UseUrls($"http://{settings.Host}:{settings.Port}");

        // Why the start failed is said in one sentence at the end; the host would put two pages before it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        var services = builder.Services;
        services.AddSingleton(settings);
        var faults = AddFaults(services, builder.Configuration);
        builder.AddHeadroom(headroom =>
        {
            headroom.AddResident("database connections", new ByteSize(SqliteHeap.ConnectionsBytes), "it is bounded and small already.");
            if (settings.Services.Contains("faces"))
                headroom.AddResident("native libraries", NativeLibraries, "it is the program itself.");
            headroom.LeaseFault = faults is null ? null : faults.Refuses;
            AddInference(services, settings);
            if (settings.Services.Contains("faces"))
                services.AddFaces(headroom, settings.ModelFolders, settings.Runs);
            if (settings.Services.Contains("uploads"))
                AddUploads(services, headroom, settings.DataFolder);
            if (settings.Services.Contains("search"))
                services.AddSearch(headroom, settings.ModelFolders, settings.DataFolder);
        });
        services.AddExceptionHandler<DatabaseProblems>();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = ServerProblems.Complete);
        AddData(services, settings);
        services.AddSingleton<IReadiness, DatabaseReadiness>();
        services.AddSingleton<ApiKeyStore>();
        // The core only: the full set brings data protection along, which keeps keys of its own in the home folder.
        services.AddAuthenticationCore(o =>
        {
            o.AddScheme<ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
            o.DefaultScheme = ApiKeyAuthentication.SchemeName;
        });
        services.AddWebEncoders();
        services.AddAuthorizationBuilder()
            .AddPolicy(FaceServices.AdminPolicy, p => p.RequireClaim(ApiKeyAuthentication.ScopeClaim, "admin"))
            .AddPolicy(FaceServices.KioskPolicy, p => p.RequireClaim(ApiKeyAuthentication.ScopeClaim, "admin", "kiosk"))
            .AddPolicy(UploadServices.FilesPolicy, p => p.RequireClaim(ApiKeyAuthentication.ScopeClaim, "admin", "uploads"))
            .AddPolicy(UploadServices.UploadPolicy, p => p.RequireClaim(ApiKeyAuthentication.ScopeClaim, "admin", "uploads", UploadCaller.GuestScope))
            .AddPolicy(SearchServices.Policy, p => p.RequireClaim(ApiKeyAuthentication.ScopeClaim, "admin", "search"));

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (settings.Services.Contains("uploads"))
            app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHeadroom();
        app.MapServerStatus();
        app.MapModels().RequireAuthorization(FaceServices.AdminPolicy);
        if (settings.Services.Contains("faces"))
            app.MapFaces();
        if (settings.Services.Contains("uploads"))
            app.MapUploads();
        if (settings.Services.Contains("search"))
            app.MapSearch();
        return app;
    }

    private static void AddUploads(IServiceCollection services, HeadroomBuilder headroom, string dataFolder)
    {
        var uploads = UploadOptions.Read(headroom.Configuration);
        var store = (headroom.Configuration.GetSection("Uploads").Get<StoreSettings>() ?? new StoreSettings()).Validate(uploads);
        services.AddUploads(headroom, uploads, store.Choose(services, dataFolder), dataFolder);
        services.AddSingleton(store);
    }

    /// <summary>Insists on the plan, and that what it counts as a disk's is on a disk.</summary>
    /// <exception cref="MemoryPlanException">It does not fit.</exception>
    /// <exception cref="BlobException">Uploads would be kept in memory.</exception>
    public static MemoryPlan RequirePlan(this WebApplication app)
    {
        app.Services.GetService<StoreSettings>()?.RequireDisk(app.Services.GetRequiredService<ServerSettings>().DataFolder);
        return app.Services.GetRequiredService<MemoryPlanner>().RequirePlan();
    }

    /// <returns>What refuses leases; null when none are to be refused.</returns>
    private static LeaseFault? AddFaults(IServiceCollection services, IConfiguration configuration)
    {
        var faults = FaultSettings.Read(configuration);
        services.AddSingleton(faults);
        if (faults.LeakPerSecond > ByteSize.Zero)
            services.AddHostedService<LeakFault>();
        if (faults.RefuseLeases == 0)
            return null;
        var fault = new LeaseFault(faults);
        services.AddSingleton(fault);
        return fault;
    }

    private static void AddData(IServiceCollection services, ServerSettings settings) => services.AddSingleton(_ =>
    {
        // What the plan says of it.
        SqliteHeap.Limit(SqliteHeap.ConnectionsBytes + (settings.Services.Contains("search") ? SqliteHeap.FullTextBytes : 0));
        var database = new Database(Path.Combine(settings.DataFolder, "headroom.db"));
        database.Migrate([.. ApiKeyStore.Migrations, .. FaceServices.Migrations, .. UploadServices.Migrations, .. SearchServices.Migrations]);
        return database;
    });

    /// <summary>Registered as factories: nothing native is loaded before the first model is.</summary>
    private static void AddInference(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(new InferenceGate(settings.Runs));
        services.AddSingleton<IMemoryReclaimer, FewerRuns>();
        services.AddSingleton<IMemoryReclaimer, ArenaTrim>();
        services.AddSingleton(p =>
        {
            var logger = p.GetRequiredService<ILoggerFactory>().CreateLogger("Headroom.Onnx");
            return OnnxEnvironment.Create(new OnnxEnvironmentOptions { Log = line => NativeLog.Line(logger, line) });
        });
        services.AddSingleton(p => new PreparedModelCache(settings.PreparedFolders, SelfCommand.Preparation, p.GetRequiredService<OnnxEnvironment>().Version));
    }
}
