using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>A server that serves uploads alone, for all tests of a class; it has to stop cleanly after them.</summary>
public sealed class UploadFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();

    public Server Server { get; private set; } = null!;

    public static Dictionary<string, string> Settings(string data, params (string Name, string Value)[] more) =>
        Server.Settings(data, [("HEADROOM__SERVICES", "uploads"), ("HEADROOM__UPLOADS__KEEPFREEMB", "16"), .. more]);

    public async ValueTask InitializeAsync() => Server = await Server.StartAsync(Settings(_data.Path));

    /// <summary>Makes a key with the program's own command, beside the running server.</summary>
    public async Task<string> AddKeyAsync(string name, string scope, string account)
    {
        var (exitCode, output) = await Program.RunAsync(Built.Server, Settings(_data.Path), "keys", "add", name, "--scope", scope, "--account", account);
        Assert.True(exitCode == 0, output);
        return output.Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.EverythingIsBackAsync();
        await Server.StopAsync();
        Server.Dispose();
        _data.Dispose();
    }
}
