using System.Text;
using Headroom.Sqlite;

namespace Headroom.Search.Searching;

/// <summary>
/// The words of a query: its tokens, as the index's own tokenizer cuts them, each once. FTS5 is given each for itself between
/// quotation marks (sqlite.org/fts5.html, «FTS5 Strings»), so that nothing in it is an operator, and never a phrase: of
/// those FTS5 holds, for each of their tokens, all its places in a text.
/// </summary>
internal sealed class QueryWords
{
    /// <summary>The first so many different ones count; all forms of a word that have one stem are one.</summary>
    public const int Most = 32;

    private readonly List<byte[]> _tokens = [];
    private readonly List<string> _quoted = [];

    private QueryWords()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => _tokens.Count;

    /// <summary>Each as FTS5 is asked for it.</summary>
    public IReadOnlyList<string> Quoted => _quoted;

    /// <summary>The words of a query.</summary>
    public static QueryWords Of(Fts5Tokenizer tokenizer, string query)
    {
        var words = new QueryWords();
        var text = Encoding.UTF8.GetBytes(query);
        tokenizer.Tokenize(text, (token, start, end) =>
        {
            if (words.IndexOf(token) < 0)
                words.Add(token, text.AsSpan(start, end - start));
            return words.Count < Most;
        });
        return words;
    }

    /// <summary>Finds documents that have any of these.</summary>
    public static string AnyOf(IEnumerable<string> quoted) => string.Join(" OR ", quoted);

    /// <summary>Which word a token is; -1 when none.</summary>
    public int IndexOf(ReadOnlySpan<byte> token)
    {
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (token.SequenceEqual(_tokens[i]))
                return i;
        }
        return -1;
    }

    /// <summary>Not the token itself: FTS5 stems what it is asked for, and the stem of a stem can be another one.</summary>
    private void Add(ReadOnlySpan<byte> token, ReadOnlySpan<byte> written)
    {
        _tokens.Add(token.ToArray());
        _quoted.Add($"\"{Encoding.UTF8.GetString(written).Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }
}
