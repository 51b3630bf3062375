using Headroom.AspNetCore;
using Headroom.AspNetCore.Hosting;
using Headroom.AspNetCore.Status;
using Headroom.Blobs;
using Headroom.Faces;
using Headroom.Onnx;
using Headroom.Planning;
using Headroom.Reclaiming;
using Headroom.Search;
using Headroom.Server.Configuration;
using Headroom.Server.Data;
using Headroom.Server.Faults;
using Headroom.Server.Inference;
using Headroom.Server.Keys;
using Headroom.Server.Storing;
using Headroom.Sqlite;
using Headroom.Uploads;
using Headroom.Web.Access;
using Headroom.Web.Models;
using Headroom.Web.Modules;
using Headroom.Web.Problems;
using Headroom.Web.Sealing;
using Headroom.Web.Status;
using Microsoft.Extensions.Logging.Console;

namespace Headroom.Server;

/// <summary>Composes the program: configuration, budget, services, routes.</summary>
internal static class ServerApplication
{
    private const int LogLinesWaiting = 1000;

    /// <summary>Every service that there is.</summary>
    public static IReadOnlyList<ServiceModule> Modules { get; } = [FaceServices.Module, UploadServices.Module(StoreSettings.Choose), SearchServices.Module];

    /// <summary>
    /// Everything but starting, without a file that is made or changed: the plan can be printed, and models prepared. For
    /// keys the database has to be opened, with <see cref="OpenDatabase"/>.
    /// </summary>
    public static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "headroom" });
        var settings = ServerSettings.Read(builder.Configuration);
        builder.WebHost.UseUrls($"http://{settings.Host}:{settings.Port}");

        // Why the start failed is said in one sentence at the end; the host would put two pages before it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        var services = builder.Services;
        // A standard output that nobody reads holds up nothing but the log itself.
        services.Configure<ConsoleLoggerOptions>(o => (o.QueueFullMode, o.MaxQueueLength) = (ConsoleLoggerQueueFullMode.DropWrite, LogLinesWaiting));
        services.AddSingleton(settings);
        var faults = AddFaults(services, builder.Configuration);
        IReadOnlyList<ServiceModule> modules = [.. Modules.Where(m => settings.Services.Contains(m.Name))];
        builder.AddHeadroom(headroom =>
        {
            headroom.AddResident("database connections", new ByteSize(SqliteHeap.ConnectionsBytes), "it is bounded and small already.");
            headroom.LeaseFault = faults is null ? null : faults.Refuses;
            AddInference(services, settings);
            foreach (var module in modules)
                module.Add(new ModuleSetup(services, headroom, settings.DataFolder, settings.ModelFolders, settings.Runs));
        });
        services.AddServerStatus();
        services.AddProblems().AddSingleton<IProblemMapper, DatabaseProblems>().AddSingleton<IProblemMapper, InferenceProblems>();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = ServerProblems.Complete);
        AddData(services, settings, modules);
        services.AddMasterKeys(MasterKeyOptions.Read(builder.Configuration.GetSection("Headroom"), settings.DataFolder), Modules);
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<StoredData>(p, modules));
        services.AddSingleton<DatabaseMetrics>();
        services.AddSingleton<IReadiness, DatabaseReadiness>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<AdminKey>();
        // The core only: the full set brings data protection along, which keeps keys of its own in the home folder.
        services.AddAuthenticationCore(o =>
        {
            o.AddScheme<ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
            o.DefaultScheme = ApiKeyAuthentication.SchemeName;
        });
        services.AddWebEncoders();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Admin, p => p.RequireClaim(CallerClaims.Scope, Scopes.Admin))
            .AddPolicy(Policies.Kiosk, p => p.RequireClaim(CallerClaims.Scope, Scopes.Admin, Scopes.Kiosk))
            .AddPolicy(Policies.Files, p => p.RequireClaim(CallerClaims.Scope, Scopes.Admin, Scopes.Uploads))
            .AddPolicy(Policies.Sending, p => p.RequireClaim(CallerClaims.Scope, Scopes.Admin, Scopes.Uploads, Scopes.Guest))
            .AddPolicy(Policies.Search, p => p.RequireClaim(CallerClaims.Scope, Scopes.Admin, Scopes.Search));

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseProblems();
        app.UseStatusCodePages();
        foreach (var module in modules)
            module.Use?.Invoke(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHeadroom();
        app.MapServerStatus();
        app.MapModels().RequireAuthorization(Policies.Admin);
        // Made now: a metric that appears with its first count has no beginning.
        _ = app.Services.GetRequiredService<DatabaseMetrics>();
        foreach (var module in modules)
            module.Map(app);
        return app;
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

    /// <summary>Opens the database, or makes it where there is nothing yet, and brings it up to date.</summary>
    /// <exception cref="DatabaseException">It is lost, can't be opened, or a newer program wrote it.</exception>
    public static Database OpenDatabase(this WebApplication app)
    {
        var (database, data) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<ServerSettings>().DataFolder);
        var kept = Modules.SelectMany(m => m.Kept).Select(name => Path.Combine(data, name));
        LostDatabase.RefuseOrOpen(database, [.. kept, .. app.Services.GetService<StoreSettings>()?.Kept ?? []]);
        database.Migrate([.. ApiKeyStore.Migrations, .. Modules.SelectMany(m => m.Migrations)]);
        return database;
    }

    private static void AddData(IServiceCollection services, ServerSettings settings, IReadOnlyList<ServiceModule> modules) => services.AddSingleton(_ =>
    {
        // What the plan says of it.
        SqliteHeap.Limit(SqliteHeap.ConnectionsBytes + modules.Sum(m => m.SqliteBytes));
        return Database.Closed(Path.Combine(settings.DataFolder, "headroom.db"));
    });

    /// <summary>Registered as factories: nothing native is loaded before the first model is.</summary>
    private static void AddInference(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(new InferenceGate(settings.Runs));
        services.AddSingleton<IMemoryReclaimer, FewerRuns>();
        services.AddSingleton<IMemoryReclaimer, ArenaTrim>();
        services.AddHostedService<IdleTrim>();
        services.AddSingleton(p =>
        {
            var logger = p.GetRequiredService<ILoggerFactory>().CreateLogger("Headroom.Onnx");
            return OnnxEnvironment.Create(new OnnxEnvironmentOptions
            {
                MaxArenaBytes = ArenaShare.LimitOf(p.GetServices<ArenaShare>()).Bytes,
                Log = line => NativeLog.Line(logger, line),
            });
        });
        services.AddSingleton(p => new PreparedModelCache(settings.PreparedFolders, SelfCommand.Preparation, p.GetRequiredService<OnnxEnvironment>().Version));
    }
}
