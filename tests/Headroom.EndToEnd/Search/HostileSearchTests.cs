using System.Net;
using System.Net.Http.Json;
using Headroom.EndToEnd.Running;
using static Headroom.EndToEnd.Search.WebhookCalls;

namespace Headroom.EndToEnd.Search;

/// <summary>What anybody can plant through the form, and what anybody with a key can ask: in 512 MiB nothing is killed and nobody else waits.</summary>
public sealed class HostileSearchTests : IDisposable
{
    private const int Limit = 512;
    private const int AtOnce = 10;

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("keyword")]
    [InlineData("hybrid")]
    [InlineData("semantic")]
    public async Task Texts_that_repeat_a_word_and_queries_that_are_one_long_phrase_harm_nobody(string mode)
    {
        using var memory = LimitedMemory.Create(Limit);
        using var server = await memory.StartAsync(Settings(_data.Path));
        using var tally = server.Client(null);
        await PlantAsync(server, tally);

        string[] queries =
        [
            "bomb",
            "b a",
            string.Join('.', Enumerable.Repeat("b.a", 1000)),
            string.Join(' ', Enumerable.Repeat("bomb", 800)),
            string.Join('-', Enumerable.Range(0, 900)),
        ];
        foreach (var query in queries)
        {
            using var watching = new CancellationTokenSource();
            var others = WatchOthersAsync(server, tally, watching.Token);
            var answers = await Task.WhenAll(
                Enumerable.Range(0, AtOnce).Select(_ => server.Http.PostAsJsonAsync("/api/search", new { query, mode, limit = 100 })));
            await watching.CancelAsync();
            Assert.True(await others > 0, "Nobody else asked meanwhile: nothing was tested.");
            foreach (var answer in answers)
                await IsAnsweredAsync(answer);
        }

        Assert.Equal(0, memory.Kills);
        TestContext.Current.TestOutputHelper!.WriteLine($"most used: {memory.MostUsed / 1048576} MiB");
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    [Fact]
    public async Task Clients_that_leave_free_what_they_held()
    {
        using var memory = LimitedMemory.Create(Limit);
        using var server = await memory.StartAsync(Settings(_data.Path));
        using var tally = server.Client(null);
        await PlantAsync(server, tally);

        for (var round = 0; round < 5; round++)
        {
            using var leaving = new CancellationTokenSource();
            var asked = Enumerable.Range(0, AtOnce)
                .Select(_ => server.Http.PostAsJsonAsync("/api/search", new { query = "bomb b a", mode = "keyword", limit = 100 }, leaving.Token))
                .ToArray();
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await leaving.CancelAsync();
            await Task.WhenAll(asked.Select(async a =>
            {
                try
                {
                    (await a).Dispose();
                }
                catch (OperationCanceledException)
                {
                    // It left.
                }
            }));
        }

        Assert.Contains("plain", (await server.Http.SearchAsync(new { query = "ordinary", mode = "keyword" })).Ids());
        await server.EverythingIsBackAsync();
        Assert.Equal(0, memory.Kills);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_text_of_as_many_words_as_it_can_have_is_stored_beside_searches()
    {
        using var memory = LimitedMemory.Create(Limit);
        using var server = await memory.StartAsync(Settings(_data.Path));
        using var tally = server.Client(null);
        await PlantAsync(server, tally);
        var words = string.Join(
            ' ', Enumerable.Range(0, 260_000).Select(i => i.ToString("x", System.Globalization.CultureInfo.InvariantCulture)))[..1_000_000];

        var adding = Task.WhenAll(Enumerable.Range(0, 4).Select(i => server.Http.PostAsJsonAsync("/api/documents", new { id = $"words{i}", text = words })));
        var asked = await Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(_ => server.Http.PostAsJsonAsync("/api/search", new { query = "b a bomb", mode = "keyword", limit = 100 })));

        foreach (var answer in asked.Concat(await adding))
            await IsAnsweredAsync(answer);
        Assert.Equal(0, memory.Kills);
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    private static async Task PlantAsync(Server server, HttpClient tally)
    {
        await server.Http.AddDocumentAsync("an ordinary text", "plain");
        await tally.StoreAsync(Payload("bomb112", string.Concat(Enumerable.Repeat("bomb ", 112 * 1024 / 5))));
        await tally.StoreAsync(Payload("bomb1000", string.Concat(Enumerable.Repeat("bomb ", 1_000_000 / 5))));
        for (var i = 0; i < 4; i++)
            await server.Http.AddDocumentAsync(string.Concat(Enumerable.Repeat("b a ", 250_000)), $"phrase{i}");
    }

    /// <summary>Found, or told to come again.</summary>
    private static async Task IsAnsweredAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                Assert.NotNull(answer.Headers.RetryAfter);
            else
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Health, keys that are not known yet, and submissions.</summary>
    /// <returns>How often.</returns>
    private static async Task<int> WatchOthersAsync(Server server, HttpClient tally, CancellationToken cancellationToken)
    {
        var rounds = 0;
        do
        {
            Assert.Equal("healthy", (await server.GetAsync("/health")).GetProperty("status").GetString());
            using var stranger = server.Client($"hr_nobody{rounds}");
            using var refused = await stranger.GetAsync(new Uri("/api/search", UriKind.Relative), CancellationToken.None);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            await tally.StoreAsync(Payload($"other{Guid.NewGuid():N}", "somebody else"), CancellationToken.None);
            rounds++;
        }
        while (!cancellationToken.IsCancellationRequested);
        return rounds;
    }
}
