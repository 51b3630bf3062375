using System.CommandLine;
using Headroom.Residents;
using Headroom.Server.Configuration;
using Headroom.Server.Data;
using Headroom.Server.Faults;
using Headroom.Server.Keys;
using Headroom.Web.Sealing;

namespace Headroom.Server.Commands;

/// <summary><c>headroom serve</c>: what the program does without a command.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve until stopped. This is what happens without a command.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(CancellationToken cancellationToken) => Failures.CatchAsync(async () =>
    {
        // Let go last: nobody else may work in it before everything here has ended.
        using var folder = new DataFolder();
        await using var app = ServerApplication.Build();
        var settings = app.Services.GetRequiredService<ServerSettings>();
        ApiKeyStore.RequireLength(settings.AdminKey);
        var plan = app.RequirePlan();
        await Console.Out.WriteLineAsync(plan.ToString());
        app.Services.GetService<LeaseFault>()?.Announce(app.Logger);

        folder.Open(settings.DataFolder, MasterKeyOptions.FileName, app.Logger);
        app.OpenDatabase().BeforeCommit = folder.RequireOwn;
        await app.Services.GetRequiredService<StoredData>().PrepareAsync(cancellationToken);
        // In the background, and before the first probe can ask whether the models are there.
        foreach (var model in app.Services.GetServices<IModelSlot>().Where(_ => settings.Preload))
            model.Preload();
        await app.StartAsync(cancellationToken);
        var newKey = await app.Services.GetRequiredService<AdminKey>().SettleAsync(cancellationToken);
        await WelcomeAsync(app.Urls.First(), newKey, settings);
        var watching = folder.StopWhenSucceededAsync(app.Lifetime, app.Services.GetRequiredService<TimeProvider>(), app.Logger);
        await app.WaitForShutdownAsync(cancellationToken);
        await watching;
        return 0;
    });

    private static Task WelcomeAsync(string address, string? newKey, ServerSettings settings)
    {
        var keyLine = newKey is not null ? $"{newKey}  (printed once; only its hash is kept)"
            : settings.AdminKey is not null ? "the one in HEADROOM_ADMIN_KEY"
            : "the one printed at the first start (`headroom keys add NAME --scope admin` makes another)";
        return Console.Out.WriteLineAsync($"""
            Headroom serves on {address}
            Admin key: {keyLine}
            Try:  curl -sS -H "Authorization: Bearer {newKey ?? "KEY"}" {Example(settings, address)}
            """);
    }

    private static string Example(ServerSettings settings, string address) => settings.Services switch
    {
        var on when on.Contains("faces") => $"-H \"Content-Type: image/jpeg\" --data-binary @photo.jpg {address}/api/clock",
        var on when on.Contains("uploads") => $"{address}/api/files",
        _ => $"-H \"Content-Type: application/json\" -d '{{\"query\":\"hello\"}}' {address}/api/search",
    };
}
