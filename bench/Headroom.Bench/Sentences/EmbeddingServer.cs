using System.Net.Http.Headers;
using System.Net.Http.Json;
using Headroom.Bench.Timing;

namespace Headroom.Bench.Sentences;

/// <summary>A server that speaks OpenAI's embeddings and runs already.</summary>
internal sealed class EmbeddingServer : IDisposable
{
    private readonly HttpClient _http;

    public EmbeddingServer(Uri address, string? key)
    {
        Address = address;
        _http = new HttpClient { BaseAddress = address };
        if (key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Uri Address { get; }

    /// <summary>Sends texts, each in a request of its own, from so many clients that each have one request at a time.</summary>
    public async Task<EmbeddingTimes> MeasureAsync(IReadOnlyList<string> texts, int clients, TimeSpan duration, CancellationToken cancellationToken)
    {
        var times = new List<double>[clients];
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            var own = times[client] = [];
            for (var i = client; Stopwatch.GetElapsedTime(started) < duration; i += clients)
            {
                var sent = Stopwatch.GetTimestamp();
                await EmbedAsync(texts[i % texts.Count], cancellationToken);
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }));
        var elapsed = Stopwatch.GetElapsedTime(started);
        List<double> all = [.. times.SelectMany(t => t).Order()];
        return new EmbeddingTimes(all.Count, elapsed, TimeSpan.FromMilliseconds(Percentile.Of(all, 50)));
    }

    public void Dispose() => _http.Dispose();

    private async Task EmbedAsync(string text, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(
            "/v1/embeddings", new { model = "default", input = text, encoding_format = "base64" }, BenchJson.Plain, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new BenchException($"{Address} answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}

/// <summary>How a server embedded texts.</summary>
/// <param name="Texts">How many.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Median">The time of a request.</param>
internal sealed record EmbeddingTimes(int Texts, TimeSpan Elapsed, TimeSpan Median)
{
    public double PerSecond => Texts / Elapsed.TotalSeconds;
}
