using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>The script that runs tus-js-client; what it needs is installed from the lock file at the first use.</summary>
internal static class TusClient
{
    private static readonly Lazy<Task<string>> Script = new(InstallAsync);

    public static Task<string> ScriptAsync() => Script.Value;

    private static async Task<string> InstallAsync()
    {
        var folder = Built.TusClient;
        if (!File.Exists(Path.Join(folder, "node_modules", "tus-js-client", "package.json")))
        {
            var (exitCode, output) = await Program.RunAsync(
                "npm", new Dictionary<string, string>(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder);
            Assert.True(exitCode == 0, $"tus-js-client can't be installed; Node.js and npm are needed: {output}");
        }
        return Path.Join(folder, "upload.mjs");
    }
}
