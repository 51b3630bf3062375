namespace Headroom.Server.Configuration;

/// <summary>Where settings come from: appsettings.json beside the program, then the environment.</summary>
internal static class ServerConfiguration
{
    /// <summary>Gives the platforms' own variables their place in the section «Headroom».</summary>
    public static void MapPlatformVariables(ConfigurationManager configuration)
    {
        var workers = configuration["WORKERS"] is { Length: > 0 } own ? own : configuration["WEB_CONCURRENCY"];
        if (!string.IsNullOrEmpty(workers))
            configuration["Headroom:Workers"] = workers;
    }
}
