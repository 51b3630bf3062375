using Headroom.Durability;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Data;

/// <summary>One server at a time works in a data folder, and only it decides about keys.</summary>
public sealed class OneServerTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("faces", "faces")]
    [InlineData("search", "search")]
    [InlineData("uploads", "uploads")]
    [InlineData("faces", "uploads")]
    public async Task A_second_server_on_the_same_folder_is_refused_whichever_services_are_on(string first, string second)
    {
        using var server = await Server.StartAsync(Settings(("HEADROOM__SERVICES", first)));

        var (exitCode, output) = await Program.RunAsync(
            Built.Server, Settings(("HEADROOM__SERVICES", second), ("HEADROOM_ADMIN_KEY", "another-key-of-enough-length")));

        Assert.Equal(1, exitCode);
        Assert.Contains($"Another process works in the folder '{_data.Path}'", output);
        Assert.Contains("HEADROOM_DATA", output);
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("serves on", output);
        // Nobody has asked it with its key before, so that it looks it up now.
        using var known = await server.Http.GetAsync(new Uri("/api/models/none", UriKind.Relative));
        Assert.NotEqual(401, (int)known.StatusCode);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_start_that_finds_its_port_taken_leaves_the_admin_key_and_makes_none()
    {
        using (var first = await Server.StartAsync(Settings()))
        {
            var port = $"{first.Address.Port}";
            var elsewhere = Path.Join(_data.Path, "elsewhere");
            var taken = Server.Settings(elsewhere, ("PORT", port), ("HEADROOM__MODELS__PRELOAD", "false"));
            taken.Remove("HEADROOM_ADMIN_KEY");

            var (exitCode, output) = await Program.RunAsync(Built.Server, taken);

            Assert.Equal(1, exitCode);
            Assert.DoesNotContain("hr_", output);
            await first.StopAsync();
            taken["PORT"] = "0";
            using var second = await Server.StartAsync(taken);
            var key = (await second.Program.HearAsync("Admin key: ")).Split(' ')[2];
            Assert.StartsWith("hr_", key, StringComparison.Ordinal);
            using var client = second.Client(key);
            using var staff = await client.GetAsync(new Uri("/api/staff", UriKind.Relative));
            Assert.Equal(200, (int)staff.StatusCode);
            Assert.Equal(0, await second.Program.StopAsync());
        }
    }

    [Fact]
    public async Task A_start_that_finds_its_port_taken_does_not_replace_the_key_of_the_environment()
    {
        using (var first = await Server.StartAsync(Settings()))
            await first.StopAsync();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, _) = await Program.RunAsync(
            Built.Server,
            Settings(("PORT", $"{((System.Net.IPEndPoint)other.LocalEndpoint).Port}"), ("HEADROOM_ADMIN_KEY", "another-key-of-enough-length")));

        Assert.Equal(1, exitCode);
        var (_, keys) = await Program.RunAsync(Built.Server, Settings(), "keys", "list");
        Assert.Single(keys.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var again = await Server.StartAsync(Settings());
        using var known = await again.Http.GetAsync(new Uri("/api/staff", UriKind.Relative));
        Assert.Equal(200, (int)known.StatusCode);
        await again.StopAsync();
    }

    [Fact]
    public async Task A_killed_server_leaves_the_folder_to_the_next_one()
    {
        using (var first = await Server.StartAsync(Settings()))
            await first.Program.KillAsync();

        using var second = await Server.StartAsync(Settings());

        Assert.Equal(2, FolderLock.FindGeneration(_data.Path));
        await second.StopAsync();
    }

    [Fact]
    public async Task A_server_that_is_succeeded_stops_and_lets_its_successor_have_the_folder()
    {
        using var server = await Server.StartAsync(Settings());
        await server.AddStaffAsync("1", "Emily");

        using var successor = await FolderLock.SucceedAsync(_data.Path, predecessor: 1, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, await server.Program.WaitForExitAsync());
        Assert.Contains("Another server takes over the data folder", server.Program.Output);
        Assert.True(successor.IsCurrent);
        var (exitCode, output) = await Program.RunAsync(Built.Server, Settings());
        Assert.Equal(1, exitCode);
        Assert.Contains("Another process works in the folder", output);
    }

    [Fact]
    public async Task Keys_are_made_and_listed_beside_a_server_that_runs()
    {
        using var server = await Server.StartAsync(Settings());

        var (added, key) = await Program.RunAsync(Built.Server, Settings(), "keys", "add", "door");

        Assert.True(added == 0, key);
        using var client = server.Client(key.Trim());
        using var staff = await client.GetAsync(new Uri("/api/staff", UriKind.Relative));
        Assert.Equal(403, (int)staff.StatusCode);
        await server.StopAsync();
    }

    private Dictionary<string, string> Settings(params (string Name, string Value)[] more) =>
        Server.Settings(_data.Path, [("HEADROOM__MODELS__PRELOAD", "false"), .. more]);
}
