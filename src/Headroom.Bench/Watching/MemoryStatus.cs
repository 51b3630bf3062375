using System.Text.Json;

namespace Headroom.Bench.Watching;

/// <summary>What is read of <c>/memory-status</c>.</summary>
/// <param name="Unexplained">The part of the working set that the server could not name, 0 to 1.</param>
/// <param name="Trend">The kind of trend; null where the server names none.</param>
public readonly record struct MemoryStatus(double Unexplained, string? Trend)
{
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">A figure is missing.</exception>
    public static MemoryStatus Parse(string text)
    {
        var answer = JsonElement.Parse(text);
        var workingSet = answer.GetProperty("working_set_mb").GetDouble();
        var unexplained = Math.Abs(answer.GetProperty("unexplained_mb").GetDouble());
        var trend = answer.TryGetProperty("trend", out var said) && said.ValueKind == JsonValueKind.Object && said.TryGetProperty("kind", out var kind) ? kind.GetString() : null;
        return new MemoryStatus(workingSet > 0 ? unexplained / workingSet : 0, trend);
    }
}
