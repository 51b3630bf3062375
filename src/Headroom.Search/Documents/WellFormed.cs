using System.Text;

namespace Headroom.Search.Documents;

/// <summary>
/// Texts as they can be stored and told: NUL and halves of surrogate pairs become U+FFFD. SQLite's functions read a text to
/// its first NUL only, and UTF-8 has no halves.
/// </summary>
internal static class WellFormed
{
    public static string Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            text = text.Replace('\0', '\uFFFD');
        return HasLoneSurrogate(text) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
    }

    public static string? TextOrNull(string? text) => text is null ? null : Text(text);

    /// <summary>Names that become the same have their values together.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Fields(IReadOnlyDictionary<string, IReadOnlyList<string>> fields)
    {
        var clean = new Dictionary<string, IReadOnlyList<string>>(fields.Count, StringComparer.Ordinal);
        foreach (var (name, values) in fields)
        {
            var key = Text(name);
            clean[key] = [.. clean.GetValueOrDefault(key) ?? [], .. values.Select(Text)];
        }
        return clean;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }
        return false;
    }
}
