using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

/// <summary>Submissions as Tally sends them.</summary>
internal static class WebhookCalls
{
    public const string Secret = "end-to-end-signing-secret";
    public const string PreviousSecret = "end-to-end-previous-secret";

    /// <summary>A server that serves search alone and knows both secrets.</summary>
    public static Dictionary<string, string> Settings(string data, params (string Name, string Value)[] more) =>
        Server.Settings(
            data, [("HEADROOM__SERVICES", "search"), ("TALLY_SIGNING_SECRET", Secret), ("TALLY_SIGNING_SECRET_PREVIOUS", PreviousSecret), .. more]);

    /// <summary>A submission of one answer.</summary>
    public static byte[] Payload(string submission, string answer, string? eventId = null, string eventType = "FORM_RESPONSE") =>
        Raw(submission, JsonSerializer.Serialize(answer), eventId, eventType);

    /// <summary>The same with the answer as JSON.</summary>
    public static byte[] Raw(string submission, string value, string? eventId = null, string eventType = "FORM_RESPONSE") => Encoding.UTF8.GetBytes($$"""
        {"eventId":"{{eventId ?? "event-" + submission}}","eventType":"{{eventType}}","createdAt":"2026-11-21T15:00:21.889Z","data":{"responseId":"{{submission}}","submissionId":"{{submission}}","respondentId":"dwQKYm","formId":"VwbNEw","formName":"Contact us","createdAt":"2026-11-21T15:00:21.000Z","fields":[{"key":"question_mVGEg3","label":"Message","type":"TEXTAREA","value":{{value}}}] } }
        """);

    public static string Sign(byte[] body, string secret = Secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Sends a body with its signature.</summary>
    public static Task<HttpResponseMessage> SubmitAsync(this HttpClient client, byte[] body, CancellationToken cancellationToken = default) =>
        client.SubmitAsync(body, [Sign(body)], cancellationToken);

    /// <summary>Sends a body with the signatures that are given, none or several.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(
        this HttpClient client, byte[] body, string[] signatures, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/tally")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        foreach (var signature in signatures)
            request.Headers.TryAddWithoutValidation("Tally-Signature", signature);
        return await client.SendAsync(request, cancellationToken);
    }

    /// <summary>Sends a submission that has to be taken.</summary>
    /// <returns>The document's id, and whether it was stored now.</returns>
    public static async Task<(string Id, bool Stored)> StoreAsync(this HttpClient client, byte[] body, CancellationToken cancellationToken = default)
    {
        using var response = await client.SubmitAsync(body, cancellationToken);
        var answer = await response.JsonAsync();
        Assert.True((int)response.StatusCode == 200, answer.ToString());
        return (answer.GetProperty("id").GetString()!, answer.GetProperty("stored").GetBoolean());
    }

    /// <summary>The ids of what a search finds, best first.</summary>
    public static async Task<string[]> SearchAsync(this HttpClient client, string query, string mode = "hybrid")
    {
        using var response = await client.PostAsJsonAsync("/api/search", new { query, mode, limit = 20 });
        var answer = await response.JsonAsync();
        Assert.True((int)response.StatusCode == 200, answer.ToString());
        return [.. answer.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
    }
}
