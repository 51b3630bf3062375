namespace Headroom.Search.Searching;

/// <summary>
/// The words of a query as FTS5 takes them (sqlite.org/fts5.html, «FTS5 Strings»): each between quotation marks, so that
/// nothing in it is an operator. What is a word inside them is up to the index's own tokenizer; one that has several, as in
/// «e-mail», is looked for as a phrase.
/// </summary>
internal static class QueryWords
{
    /// <summary>The first so many different ones count.</summary>
    public const int Most = 32;

    /// <summary>The quoted words, each once.</summary>
    public static IReadOnlyList<string> Of(string query) => [.. Split(query).Select(w => $"\"{w.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")];

    /// <summary>Finds documents that have any of these.</summary>
    public static string AnyOf(IEnumerable<string> quoted) => string.Join(" OR ", quoted);

    private static HashSet<string> Split(string query)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        // The parser reads to the first NUL.
        foreach (var word in query.Replace('\0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Any(char.IsLetterOrDigit) || word.Any(char.IsSurrogate))
                words.Add(word);
            if (words.Count == Most)
                break;
        }
        return words;
    }
}
