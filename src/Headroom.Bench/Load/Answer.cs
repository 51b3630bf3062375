using System.Net;
using System.Text.Json;

namespace Headroom.Bench.Load;

/// <summary>How one request ended.</summary>
/// <param name="Outcome">The status and, for 200, the decision; or the failure's kind.</param>
/// <param name="IsRight">Whether it was answered 200 with the right person, or as that person's repeated clock-in.</param>
/// <param name="Milliseconds">From the first byte sent (connecting included) to the last byte read.</param>
public readonly record struct Answer(string Outcome, bool IsRight, double Milliseconds)
{
    /// <summary>Judges an answer by what the contract says of /api/clock.</summary>
    public static Answer Judge(HttpStatusCode status, ReadOnlySpan<byte> body, string employee, double milliseconds)
    {
        if (status != HttpStatusCode.OK)
            return new Answer($"{(int)status}", IsRight: false, milliseconds);
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            var decision = json.RootElement.GetProperty("decision").GetString();
            var right = decision is "accepted" or "duplicate" && Names(json.RootElement, employee);
            return new Answer($"200 {decision}", right, milliseconds);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new Answer("200 not understood", IsRight: false, milliseconds);
        }
    }

    private static bool Names(JsonElement answer, string employee) =>
        !answer.TryGetProperty("staff", out var staff)
        || staff.ValueKind == JsonValueKind.Null
        || (staff.TryGetProperty("employee_id", out var id) && id.GetString() == employee);
}
