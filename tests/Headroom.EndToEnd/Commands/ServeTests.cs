using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Commands;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task The_first_start_prints_a_key_once_and_keeps_only_its_hash()
    {
        var settings = Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false"));
        settings.Remove("HEADROOM_ADMIN_KEY");
        string key;
        using (var first = await Server.StartAsync(settings))
        {
            key = (await first.Program.HearAsync("Admin key: ")).Split(' ')[2];
            using var client = first.Client(key);
            using var staff = await client.GetAsync(new Uri("/api/staff", UriKind.Relative));
            Assert.Equal(200, (int)staff.StatusCode);
            Assert.Equal(0, await first.Program.StopAsync());
        }
        Assert.StartsWith("hr_", key, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(key)));

        using var second = await Server.StartAsync(settings);
        await second.Program.HearAsync("Try: ");

        Assert.DoesNotContain("hr_", second.Program.Output);
        using var again = second.Client(key);
        using var list = await again.GetAsync(new Uri("/api/staff", UriKind.Relative));
        Assert.Equal(200, (int)list.StatusCode);
        Assert.Equal(0, await second.Program.StopAsync());
    }

    [Fact]
    public async Task Without_its_variable_the_admin_key_ends_and_a_new_one_is_made()
    {
        var settings = Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false"));
        var former = settings["HEADROOM_ADMIN_KEY"]!;
        using (var first = await Server.StartAsync(settings))
            Assert.Equal(0, await first.Program.StopAsync());
        settings.Remove("HEADROOM_ADMIN_KEY");

        using var second = await Server.StartAsync(settings);

        Assert.StartsWith("hr_", (await second.Program.HearAsync("Admin key: ")).Split(' ')[2], StringComparison.Ordinal);
        using var client = second.Client(former);
        using var staff = await client.GetAsync(new Uri("/api/staff", UriKind.Relative));
        Assert.Equal(401, (int)staff.StatusCode);
        Assert.Equal(0, await second.Program.StopAsync());
    }

    [Fact]
    public async Task Staff_and_their_faces_last_over_a_restart()
    {
        using (var first = await Server.StartAsync(Server.Settings(_data.Path)))
        {
            var id = await first.AddStaffAsync("1", "Emily");
            await first.AddPhotoAsync(id, Photo.Labelled("emily willis").First());
            await first.StopAsync();
        }

        using var second = await Server.StartAsync(Server.Settings(_data.Path));
        using var answer = await second.ClockAsync(Photo.Unknown(3));

        Assert.Equal("Emily", (await answer.JsonAsync()).GetProperty("staff").GetProperty("name").GetString());
        await second.StopAsync();
    }

    [Fact]
    public async Task A_new_admin_key_in_the_environment_ends_the_old_one()
    {
        using (var first = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false"))))
            await first.StopAsync();

        using var second = await Server.StartAsync(
            Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false"), ("HEADROOM_ADMIN_KEY", "another-key-of-enough-length")));
        using var old = await second.Http.GetAsync(new Uri("/api/staff", UriKind.Relative));

        await old.IsProblemAsync(401, "no-key");
        await second.StopAsync();
    }

    [Fact]
    public async Task A_quarter_of_a_gigabyte_serves_sixty_four_at_once()
    {
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__LIMIT", "256MB"), ("HEADROOM__SERVICES", "faces")));
        var photo = Photo.Unknown(2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => server.ClockAsync(photo)));

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        await server.EverythingIsBackAsync();
        var memory = await server.GetAsync("/memory-status");
        Assert.Equal(256, memory.GetProperty("budget").GetProperty("limit_mb").GetDouble());
        await server.StopAsync();
    }

    public void Dispose() => _data.Dispose();
}
