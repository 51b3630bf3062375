using System.Net.Http.Json;
using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.Hostile.Http;

/// <summary>The real server with all services in a real cgroup of 512 MiB, something in each of its stores, and a key for every kind of caller.</summary>
public sealed class HostileServer : IAsyncLifetime
{
    internal const string WebhookSecret = "hostile-signing-secret";
    private const int Limit = 512;

    private readonly TemporaryFolder _data = new();
    private LimitedMemory _memory = null!;

    /// <summary>Who may knock: the caller's name and the key it sends, null for none.</summary>
    internal IReadOnlyDictionary<string, string?> Callers { get; private set; } = null!;

    /// <summary>What each parameter of a path names here.</summary>
    internal IReadOnlyDictionary<string, string> Names { get; private set; } = null!;

    internal Server Server { get; private set; } = null!;

    internal long Kills => _memory.Kills;

    internal long MostUsed => _memory.MostUsed;

    public async ValueTask InitializeAsync()
    {
        _memory = LimitedMemory.Create(Limit);
        Server = await _memory.StartAsync(Server.Settings(_data.Path, ("TALLY_SIGNING_SECRET", WebhookSecret)));
        await Server.ModelsAreReadyAsync();
        Callers = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["nobody"] = null,
            ["stranger"] = "hr_0000000000000000000000000000000000000000000000000000000000000000",
            ["revoked"] = await RevokedAsync(),
            ["kiosk"] = await AddKeyAsync("door", "--scope", "kiosk"),
            ["search"] = await AddKeyAsync("finder", "--scope", "search"),
            ["uploads"] = await AddKeyAsync("app", "--scope", "uploads", "--account", "acme"),
            ["other uploads"] = await AddKeyAsync("rival", "--scope", "uploads", "--account", "rival"),
            ["admin"] = Server.AdminKey,
            ["guest"] = await GuestAsync(),
        };
        Names = await FillAsync();
    }

    /// <summary>Checks what has to hold after everything: nobody was killed, everything came back, the server serves and said nothing unexpected.</summary>
    internal async Task HasHeldAsync()
    {
        Assert.Equal(0, _memory.Kills);
        Assert.False(Server.Program.HasExited, Server.Program.Output);
        Assert.Equal("healthy", (await Server.GetAsync("/health")).GetProperty("status").GetString());
        await Server.EverythingIsBackAsync();
        Assert.DoesNotContain("Unhandled exception", Server.Program.Output);
        Assert.DoesNotContain("   at ", Server.Program.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync();
        Server.Dispose();
        _memory.Dispose();
        _data.Dispose();
    }

    private async Task<string> AddKeyAsync(params string[] arguments)
    {
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path), ["keys", "add", .. arguments]);
        Assert.True(exitCode == 0, output);
        return output.Trim();
    }

    private async Task<string> RevokedAsync()
    {
        var key = await AddKeyAsync("former", "--scope", "admin");
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path), "keys", "revoke", "former");
        Assert.True(exitCode == 0, output);
        return key;
    }

    private async Task<string> GuestAsync()
    {
        var link = await PostAsync("/api/guest-links", new { max_bytes = 1L << 40, max_files = 100_000, expires_at = DateTimeOffset.UtcNow.AddDays(1) });
        return link.GetProperty("token").GetString()!;
    }

    private async Task<Dictionary<string, string>> FillAsync()
    {
        var person = Photo.People.First();
        var staff = await Server.AddStaffAsync("hostile", "Hostile");
        using var form = Photo.Form("photo", Photo.Labelled(person).First());
        using var added = await Server.Http.PostAsync(new Uri($"/api/staff/{staff}/photos", UriKind.Relative), form);
        var photo = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await PostAsync("/api/documents", new { id = "hostile", text = "Please cancel my subscription" });
        var upload = (await PostAsync("/api/uploads", new { name = "hostile.txt", size = 5 })).GetProperty("id").GetString()!;
        using var part = await Server.Http.PutAsync(new Uri($"/api/uploads/{upload}/parts/1", UriKind.Relative), new StringContent("hello"));
        part.EnsureSuccessStatusCode();
        return new(StringComparer.Ordinal)
        {
            ["/api/staff/{id}"] = staff,
            ["photoId"] = photo,
            ["/api/documents/{id}"] = "hostile",
            ["/api/uploads/{id}"] = upload,
            ["name"] = "use-lite",
            ["/v1/models/{id}"] = "default",
            ["number"] = "1",
        };
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Server.Http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
