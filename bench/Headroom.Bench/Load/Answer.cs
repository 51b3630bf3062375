using System.Text.Json;

namespace Headroom.Bench.Load;

/// <summary>How one request ended.</summary>
/// <param name="Outcome">The status and, for 200, the decision; or the failure's kind.</param>
/// <param name="IsRight">Whether it was answered 200 with the right person, or as that person's repeated clock-in.</param>
/// <param name="IsProper">Whether a server may answer so: 2xx, 4xx, or 503 with <c>Retry-After</c>.</param>
/// <param name="Milliseconds">From the first byte sent (connecting included) to the last byte read.</param>
internal readonly record struct Answer(string Outcome, bool IsRight, bool IsProper, double Milliseconds)
{
    /// <summary>A request without an answer.</summary>
    public static Answer Failed(string kind, double milliseconds) => new(kind, IsRight: false, IsProper: false, milliseconds);

    /// <summary>Judges an answer by what the contract says of /api/clock.</summary>
    /// <param name="employee">Who is right; null where every 200 is.</param>
    public static Answer Judge(HttpAnswer answer, string? employee, double milliseconds)
    {
        if (answer.Status == 503 && answer.RetryAfter is null)
            return new Answer(answer.Outcome, IsRight: false, IsProper: false, milliseconds);
        if (answer.Status != 200)
            return new Answer(answer.Outcome, IsRight: false, answer.Status is >= 200 and < 300 or >= 400 and < 500 or 503, milliseconds);
        if (employee is null)
            return new Answer("200", IsRight: true, IsProper: true, milliseconds);
        try
        {
            var reader = new Utf8JsonReader(answer.Body);
            using var json = JsonDocument.ParseValue(ref reader);
            var decision = json.RootElement.GetProperty("decision").GetString();
            var right = decision is "accepted" or "duplicate" && Names(json.RootElement, employee);
            return new Answer($"200 {decision}", right, IsProper: true, milliseconds);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new Answer("200 not understood", IsRight: false, IsProper: false, milliseconds);
        }
    }

    private static bool Names(JsonElement answer, string employee) =>
        !answer.TryGetProperty("staff", out var staff)
        || staff.ValueKind == JsonValueKind.Null
        || (staff.TryGetProperty("employee_id", out var id) && id.GetString() == employee);
}
