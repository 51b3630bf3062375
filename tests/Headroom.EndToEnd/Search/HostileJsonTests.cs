using System.Globalization;
using System.Net;
using System.Text;
using Headroom.EndToEnd.Running;
using static Headroom.EndToEnd.Search.WebhookCalls;

namespace Headroom.EndToEnd.Search;

/// <summary>JSON of a few megabytes that becomes hundreds as objects: ten at once, at a server in a real cgroup of 200 MiB.</summary>
public sealed class HostileJsonTests : IDisposable
{
    private const int Limit = 200;
    private const int AtOnce = 10;

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Bodies_of_hundreds_of_thousands_of_names_or_values_harm_nobody()
    {
        using var memory = LimitedMemory.Create(Limit);
        using var server = await memory.StartAsync(Settings(_data.Path, ("HEADROOM__MAXWAITING", "500")));
        using var tally = server.Client(null);

        foreach (var (path, body) in Bombs())
        {
            using var watching = new CancellationTokenSource();
            var others = WatchOthersAsync(server, tally, watching.Token);
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => PostAsync(server, path, body, chunked: i % 2 == 0)));
            await watching.CancelAsync();

            Assert.True(await others > 0, "Nobody else asked meanwhile: nothing was tested.");
            Assert.All(answers, answer => Assert.True(
                answer.Status == HttpStatusCode.ServiceUnavailable || (answer.Status == HttpStatusCode.BadRequest && answer.Text.Contains("more than")),
                $"{path}: {answer}"));
            Assert.Contains(answers, answer => answer.Status == HttpStatusCode.BadRequest);
            Assert.Equal((path, 0L), (path, memory.Kills));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"most used: {memory.MostUsed / 1048576} of {Limit} MiB");
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    private static IEnumerable<(string Path, byte[] Body)> Bombs()
    {
        const int Megabyte = 1 << 20;
        yield return ("/api/documents", Json("{\"text\":\"x\",\"fields\":{", Names, "}}", (4 * Megabyte) - 100));
        yield return ("/api/documents", Json("{\"text\":\"x\",", Names, "}", (4 * Megabyte) - 100));
        yield return ("/api/documents", Json("{\"text\":\"x\",\"fields\":{\"a\":[", _ => "0", "]}}", (4 * Megabyte) - 100));
        yield return ("/v1/embeddings", Json("{\"model\":\"default\",\"input\":[", _ => "\"\"", "]}", (2 * Megabyte) - 100));
        yield return ("/v1/embeddings", Json("{\"model\":\"default\",\"input\":\"x\",", Names, "}", (2 * Megabyte) - 100));
        yield return ("/api/search", Json("{\"query\":\"x\",\"filter\":{", Names, "}}", (64 * 1024) - 100));
        yield return ("/webhook/tally", Json("{\"eventId\":\"e\",\"data\":{\"submissionId\":\"s\",\"fields\":[{", Names, "}]}}", Megabyte - 100));
        yield return ("/webhook/tally", Json("{\"eventId\":\"e\",\"data\":{\"submissionId\":\"s\",\"fields\":[", _ => "0", "]}}", Megabyte - 100));
    }

    private static string Names(int number) => $"\"{number.ToString("x", CultureInfo.InvariantCulture)}\":0";

    private static byte[] Json(string begin, Func<int, string> item, string end, int bytes)
    {
        var json = new StringBuilder(begin, bytes);
        for (var i = 0; json.Length + 16 + end.Length < bytes; i++)
            json.Append(i > 0 ? "," : "").Append(item(i));
        return Encoding.UTF8.GetBytes(json.Append(end).ToString());
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(Server server, string path, byte[] body, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Add("Tally-Signature", Sign(body));
        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Health, and somebody's submission.</summary>
    /// <returns>How often.</returns>
    private static async Task<int> WatchOthersAsync(Server server, HttpClient tally, CancellationToken cancellationToken)
    {
        var rounds = 0;
        do
        {
            Assert.Equal("healthy", (await server.GetAsync("/health")).GetProperty("status").GetString());
            using var answer = await tally.SubmitAsync(Payload($"other{Guid.NewGuid():N}", "somebody else"), CancellationToken.None);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}");
            rounds++;
        }
        while (!cancellationToken.IsCancellationRequested);
        return rounds;
    }
}
