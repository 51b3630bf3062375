using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Headroom.Bench.Load;
using Headroom.Bench.Sentences;

namespace Headroom.Bench.Searches;

/// <summary>Hybrid searches, made from a seed, and documents to be found by them before there are others.</summary>
internal sealed class SearchQueries
{
    /// <summary>What an answer is called that was found without the model: the server says so in it.</summary>
    public const string WordsAlone = "200 by words alone";

    private const int Seed = 7;
    private const int Documents = 50;
    private const int Limit = 5;

    /// <param name="count">How many.</param>
    /// <param name="key">One that may search.</param>
    public SearchQueries(int count, string key) => Requests = [.. SentenceSource.Make(count, Seed).Select(text => Request(text, key))];

    /// <summary>The whole HTTP request of each.</summary>
    public IReadOnlyList<byte[]> Requests { get; }

    /// <summary>Stores the documents.</summary>
    /// <exception cref="HttpRequestException">They were not taken.</exception>
    public static async Task StoreAsync(HttpClient http, CancellationToken cancellationToken)
    {
        foreach (var text in SentenceSource.Make(Documents, Seed + 1))
        {
            using var response = await http.PostAsJsonAsync("/api/documents", new { text }, BenchJson.Plain, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>What an answer is: «200» only with results, by words and by meaning.</summary>
    public static string Judge(HttpAnswer answer)
    {
        if (answer.Status != 200)
            return answer.Outcome;
        try
        {
            var found = JsonElement.Parse(answer.Body);
            if (found.GetProperty("items").GetArrayLength() == 0)
                return "200 without results";
            return found.GetProperty("mode").GetString() == "hybrid" ? answer.Outcome : WordsAlone;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "200 not understood";
        }
    }

    private static byte[] Request(string query, string key)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { query, mode = "hybrid", limit = Limit }, BenchJson.Plain);
        return [
            .. Encoding.ASCII.GetBytes($"POST /api/search HTTP/1.1\r\nHost: search.test\r\nAuthorization: Bearer {key}\r\nContent-Type: "
                + $"application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }
}
