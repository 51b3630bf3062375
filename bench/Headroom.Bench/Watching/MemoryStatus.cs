using System.Text.Json;

namespace Headroom.Bench.Watching;

/// <summary>What is read of <c>/memory-status</c>.</summary>
/// <param name="Unexplained">The part of the working set that the server could not name, 0 to 1.</param>
/// <param name="Trend">The kind of trend; null where the server names none.</param>
/// <param name="Megabytes">The working set, its parts and what is unexplained, by name.</param>
internal sealed record MemoryStatus(double Unexplained, string? Trend, IReadOnlyDictionary<string, double> Megabytes)
{
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">A figure is missing.</exception>
    public static MemoryStatus Parse(string text)
    {
        var answer = JsonElement.Parse(text);
        var workingSet = answer.GetProperty("working_set_mb").GetDouble();
        var unexplained = answer.GetProperty("unexplained_mb").GetDouble();
        var megabytes = new Dictionary<string, double> { ["working set"] = workingSet, ["unexplained"] = unexplained };
        foreach (var part in answer.GetProperty("parts").EnumerateArray())
            megabytes[part.GetProperty("name").GetString()!] = part.GetProperty("mb").GetDouble();
        var trend = answer.TryGetProperty("trend", out var said) && said.ValueKind == JsonValueKind.Object && said.TryGetProperty("kind", out var kind)
            ? kind.GetString()
            : null;
        return new MemoryStatus(workingSet > 0 ? Math.Abs(unexplained) / workingSet : 0, trend, megabytes);
    }
}
