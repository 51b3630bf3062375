using System.Net.Http.Json;
using System.Text.Json;

namespace Headroom.Bench.Submissions;

/// <summary>Looks up what a server has of the submissions that it acknowledged.</summary>
/// <param name="http">With a key that may search.</param>
internal sealed class StoredSubmissions(HttpClient http, SignedSubmissions submissions)
{
    /// <summary>How many are searched by what they mean: each takes a run of the model.</summary>
    private const int Looked = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until nothing is to be indexed any more.</summary>
    /// <exception cref="BenchException">That took longer than ten minutes.</exception>
    public async Task WaitUntilIndexedAsync(CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(Interval, cancellationToken))
        {
            var pending = await http.GetFromJsonAsync<JsonElement>("/api/documents?state=pending&limit=1", BenchJson.Plain, cancellationToken);
            if (pending.GetProperty("items").GetArrayLength() == 0)
                return;
        }
        throw new BenchException($"The submissions were not all indexed after {Patience.TotalMinutes} minutes.");
    }

    /// <summary>Searches for each by its own word, and for some by their meaning.</summary>
    /// <param name="acknowledged">The numbers of those that it said to have.</param>
    public async Task<SubmissionCheck> CheckAsync(IReadOnlyList<int> acknowledged, CancellationToken cancellationToken)
    {
        int[] looked = [.. acknowledged.Where((_, i) => i % Math.Max(1, acknowledged.Count / Looked) == 0).Take(Looked)];
        var (lost, twice) = await CountAsync(acknowledged, cancellationToken);
        return new SubmissionCheck(lost, twice, looked.Length, await CountUnseenAsync(looked, cancellationToken));
    }

    /// <summary>Searches for each by its own word.</summary>
    /// <returns>How many are not found, and how many more than once.</returns>
    private async Task<(int Lost, int Twice)> CountAsync(IEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        int lost = 0, twice = 0;
        foreach (var number in numbers)
        {
            var found = (await SearchAsync(submissions.Word(number), "keyword", cancellationToken)).Count(id => id == submissions.Id(number));
            (lost, twice) = (lost + (found == 0 ? 1 : 0), twice + (found > 1 ? 1 : 0));
        }
        return (lost, twice);
    }

    /// <summary>Searches for some by their whole text, by meaning only.</summary>
    /// <returns>How many are not found.</returns>
    private async Task<int> CountUnseenAsync(IEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        var unseen = 0;
        foreach (var number in numbers)
        {
            var document = await http.GetFromJsonAsync<JsonElement>($"/api/documents/{submissions.Id(number)}", BenchJson.Plain, cancellationToken);
            if (!(await SearchAsync(document.GetProperty("text").GetString()!, "semantic", cancellationToken)).Contains(submissions.Id(number)))
                unseen++;
        }
        return unseen;
    }

    private async Task<List<string?>> SearchAsync(string query, string mode, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("/api/search", new { query, mode, limit = 10 }, BenchJson.Plain, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(BenchJson.Plain, cancellationToken);
        return [.. answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];
    }
}
