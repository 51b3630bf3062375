using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Commands;

/// <summary>The health check of the container image, run as the container's runtime runs it.</summary>
public sealed class HealthCheckTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task It_passes_while_the_server_answers_and_fails_when_it_does_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The image is one of Linux.");
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false")));

        Assert.Equal(0, await CheckAsync(server.Address.Port));

        await server.StopAsync();
        Assert.Equal(1, await CheckAsync(server.Address.Port));
    }

    private static async Task<int> CheckAsync(int port)
    {
        var lines = await File.ReadAllTextAsync(Path.Join(Built.Reference, "..", "..", "deploy", "Dockerfile"));
        var at = lines.IndexOf("CMD [", lines.IndexOf("HEALTHCHECK", StringComparison.Ordinal), StringComparison.Ordinal) + "CMD ".Length;
        var command = JsonSerializer.Deserialize<string[]>(lines[at..lines.IndexOf('\n', at)])!;
        var settings = new Dictionary<string, string> { ["PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        return (await Program.RunAsync(command[0], settings, command[1..])).ExitCode;
    }
}
