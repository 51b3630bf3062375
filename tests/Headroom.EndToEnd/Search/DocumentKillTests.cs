using System.Collections.Concurrent;
using System.Globalization;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

/// <summary>
/// Kills the server at random moments while documents come in, are replaced and removed. What was acknowledged is found
/// afterwards, by words and by meaning, and once. HEADROOM_TEST_KILLS says how often; 6 times without it.
/// </summary>
public sealed class DocumentKillTests : IDisposable
{
    private const int Senders = 8;
    private const string Meaning = "Please cancel my subscription";
    private readonly TemporaryFolder _data = new();
    private readonly int _kills = int.TryParse(Environment.GetEnvironmentVariable("HEADROOM_TEST_KILLS"), CultureInfo.InvariantCulture, out var kills)
        ? kills
        : 6;
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("HEADROOM_TEST_SEED"), CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Environment.TickCount;
    private readonly ConcurrentDictionary<string, int> _stored = new();
    private readonly ConcurrentDictionary<string, bool> _unknown = new();
    private readonly ConcurrentDictionary<string, bool> _removed = new();

    [Fact]
    public async Task No_kill_loses_what_was_acknowledged_nor_shows_it_twice()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"HEADROOM_TEST_SEED={_seed}");
#pragma warning disable CA5394 // Moments, not secrets.
        var random = new Random(_seed);
        for (var kill = 0; kill < _kills; kill++)
        {
            using var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path));
            using var stop = new CancellationTokenSource();
            var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(server.Http, $"k{kill}-s{sender}", stop.Token)));
            await Task.Delay(random.Next(20, 1500));
            await server.Program.KillAsync();
            await stop.CancelAsync();
            await sending;
        }
#pragma warning restore CA5394
        using (var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path)))
        {
            await server.EverythingIsIndexedAsync();
            await CheckAsync(server);
            await server.StopAsync();
        }
        Assert.NotEmpty(_stored);
    }

    public void Dispose() => _data.Dispose();

    /// <summary>Stores documents; every fourth is replaced, every fifth removed.</summary>
    private async Task SendAsync(HttpClient http, string prefix, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"{prefix}-{i}";
            _unknown[id] = true;
            if (!await QuietlyAsync(() => http.AddDocumentAsync($"{Meaning}, {id.Replace("-", "", StringComparison.Ordinal)}v1", id, cancellationToken: stop)))
                return;
            _stored[id] = 1;
            if (i % 4 == 0)
            {
                _stored.TryRemove(id, out _);
                if (!await QuietlyAsync(
                    () => http.AddDocumentAsync($"{Meaning}, {id.Replace("-", "", StringComparison.Ordinal)}v2", id, cancellationToken: stop)))
                    return;
                _stored[id] = 2;
            }
            if (i % 5 == 0)
            {
                _stored.TryRemove(id, out _);
                if (!await QuietlyAsync(
                    async () => (await http.DeleteAsync(new Uri($"/api/documents/{id}", UriKind.Relative), stop)).EnsureSuccessStatusCode().Dispose()))
                    return;
                _removed[id] = true;
            }
            _unknown.TryRemove(id, out _);
        }
    }

    private async Task CheckAsync(Server server)
    {
        var listed = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await server.GetAsync($"/api/documents?limit=500&cursor={cursor}");
            listed.AddRange(page.Ids());
            Assert.All(page.GetProperty("items").EnumerateArray(), d => Assert.Equal("indexed", d.GetProperty("state").GetString()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Empty(_stored.Keys.Except(listed));
        Assert.Empty(listed.Intersect(_removed.Keys));
        // One whose request was cut off may be there or not.
        Assert.Empty(listed.Except(_stored.Keys).Except(_unknown.Keys));

        var state = await server.GetAsync("/api/search");
        Assert.Equal(
            (listed.Count, listed.Count), (state.GetProperty("documents").GetProperty("indexed").GetInt32(), state.GetProperty("passages").GetInt32()));
        foreach (var (id, version) in _stored.Take(200))
        {
            var word = $"{id.Replace("-", "", StringComparison.Ordinal)}v{version}";
            Assert.Equal([id], (await server.Http.SearchAsync(new { query = word, mode = "keyword" })).Ids());
        }
        var byMeaning = (await server.Http.SearchAsync(new { query = "How do I stop being billed every month?", mode = "semantic", limit = 100 })).Ids();
        Assert.Equal(Math.Min(100, listed.Count), byMeaning.Distinct().Count());
    }

    private static async Task<bool> QuietlyAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
        {
            // The server was killed.
            return false;
        }
    }
}
