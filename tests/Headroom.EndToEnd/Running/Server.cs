using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Headroom.EndToEnd.Running;

/// <summary>The real server on a free port, with data of its own.</summary>
public sealed partial class Server : IDisposable
{
    public const string AdminKey = "end-to-end-0123456789abcdef";

    private Server(Program program, Uri address)
    {
        Program = program;
        Address = address;
        Http = Client(AdminKey);
    }

    public Program Program { get; }

    public Uri Address { get; }

    /// <summary>A client with the admin key.</summary>
    public HttpClient Http { get; }

    public static Dictionary<string, string> Settings(string data, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["PORT"] = "0", ["HEADROOM_DATA"] = data, ["HEADROOM_ADMIN_KEY"] = AdminKey };
#if CHAOS
        settings["HEADROOM__FAULTS__REFUSELEASES"] = "0.05";
#endif
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    /// <summary>Starts it and waits until it serves; its models may be loading still.</summary>
    public static Task<Server> StartAsync(Dictionary<string, string> settings, params string[] arguments) => StartByAsync(Built.Server, settings, arguments);

    /// <summary>The same, by a program that becomes the server, or stays beside it: a tracer.</summary>
    public static async Task<Server> StartByAsync(string path, Dictionary<string, string> settings, params string[] arguments)
    {
        var program = Program.Start(path, settings, arguments);
        var line = await program.HearAsync("Headroom serves on ");
        return new Server(program, new Uri(line[(line.LastIndexOf(' ') + 1)..]));
    }

    public HttpClient Client(string? key)
    {
#if CHAOS
        var handler = new CleanRefusals();
#else
        var handler = new SocketsHttpHandler();
#endif
        var client = new HttpClient(handler) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(1) + Eventually.Patience };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Waits until both models are in memory.</summary>
    public Task ModelsAreReadyAsync() =>
        Eventually.TrueAsync(async () => (await GetAsync("/health")).GetProperty("model_loaded").GetBoolean(), () => Program.Output);

    /// <summary>Checks that every lease is back but the models' own, and that nobody waits.</summary>
    public async Task EverythingIsBackAsync()
    {
        JsonElement pools = default;
        await Eventually.TrueAsync(
            async () =>
            {
                pools = (await GetAsync("/memory-status")).GetProperty("budget").GetProperty("pools");
                return pools.EnumerateArray().All(p => p.GetProperty("waiting").GetInt32() == 0
                    && (p.GetProperty("name").GetString() == "models" || p.GetProperty("leased_mb").GetDouble() == 0));
            },
            () => pools.ToString());
    }

    public async Task<double> LeasedAsync(string pool) => (await PoolAsync(pool)).GetProperty("leased_mb").GetDouble();

    public async Task<int> WaitingAsync(string pool) => (await PoolAsync(pool)).GetProperty("waiting").GetInt32();

    /// <summary>Adds somebody.</summary>
    /// <returns>Their id.</returns>
    public async Task<string> AddStaffAsync(string employeeId, string name)
    {
        using var response = await Http.PostAsJsonAsync("/api/staff", new { employee_id = employeeId, name });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task AddPhotoAsync(string staffId, byte[] photo)
    {
        using var form = Photo.Form("photo", photo);
        using var response = await Http.PostAsync(new Uri($"/api/staff/{staffId}/photos", UriKind.Relative), form);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> ClockAsync(byte[] photo, string query = "")
    {
        using var body = Photo.Raw(photo);
        return await Http.PostAsync(new Uri("/api/clock" + query, UriKind.Relative), body);
    }

    /// <summary>Stops it and checks that it ends well and told nobody's secrets.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, await Program.StopAsync());
        Assert.DoesNotContain(AdminKey, Program.Output);
        Assert.DoesNotContain("Unhandled exception", Program.Output);
        Assert.DoesNotMatch(Vector(), Program.Output);
    }

    public void Dispose()
    {
        Http.Dispose();
        Program.Dispose();
    }

    private async Task<JsonElement> PoolAsync(string name) =>
        (await GetAsync("/memory-status")).GetProperty("budget").GetProperty("pools").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);

    /// <summary>Several small fractions in a row: what an embedding would look like.</summary>
    [GeneratedRegex(@"(-?0\.\d{3,}[,;\s]+){4}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Vector();
}
