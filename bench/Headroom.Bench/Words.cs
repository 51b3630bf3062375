namespace Headroom.Bench;

/// <summary>How lists of things are said.</summary>
internal static class Words
{
    /// <summary>«3 × 503, 2 × 408».</summary>
    public static string Counts(IEnumerable<KeyValuePair<string, int>> of) => string.Join(", ", of.Select(pair => $"{pair.Value} × {pair.Key}"));

    /// <summary>«ok», or what was wrong.</summary>
    public static string Verdict(IEnumerable<string> problems) => string.Join("; ", problems) is { Length: > 0 } text ? text : "ok";
}
