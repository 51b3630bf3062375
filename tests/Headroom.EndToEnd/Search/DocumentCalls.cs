using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

/// <summary>Calls of documents and searches.</summary>
internal static class DocumentCalls
{
    public static Dictionary<string, string> Settings(string data, params (string Name, string Value)[] more) =>
        Server.Settings(data, [("HEADROOM__SERVICES", "search"), .. more]);

    /// <summary>Stores a document.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> AddDocumentAsync(
        this HttpClient http, string text, string? id = null, object? fields = null, CancellationToken cancellationToken = default)
    {
        using var response = await http.PostAsJsonAsync("/api/documents", new { id, text, fields }, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        return (await response.JsonAsync()).GetProperty("id").GetString()!;
    }

    public static Task<HttpResponseMessage> PostTextAsync(this HttpClient http, string path, string json) =>
        http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"));

    public static async Task<JsonElement> SearchAsync(this HttpClient http, object request)
    {
        using var response = await http.PostAsJsonAsync("/api/search", request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    public static string[] Ids(this JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];

    /// <summary>Waits until no document is found by words alone.</summary>
    public static Task EverythingIsIndexedAsync(this Server server) => Eventually.TrueAsync(
        async () => (await server.GetAsync("/api/search")).GetProperty("documents").GetProperty("pending").GetInt64() == 0,
        () => server.Program.Output);
}
