using System.Text;
using Headroom.Search.Documents;
using Headroom.Search.Indexing;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Searching;

/// <summary>The piece of a text that speaks for it, as plain text.</summary>
/// <param name="Text">The piece; nothing in it is markup.</param>
/// <param name="Marks">Where words of the query stand in it: start and length in UTF-16 code units.</param>
internal sealed record Snippet(string Text, IReadOnlyList<(int Start, int Length)> Marks)
{
    // Control characters that no text shows; in one that has them all the same a mark is wrong, and nothing else.
    private const char Open = '\u0001', Close = '\u0002';

    private const int Tokens = 40;

    /// <summary>The words of the query with what stands around them; null when the document has none or is gone.</summary>
    public static Snippet? OfWords(SqliteConnection db, long key, string match) => db.QuerySingle(
        $"SELECT snippet(document_words, 0, char({(int)Open}), char({(int)Close}), '…', {Tokens}) FROM document_words WHERE document_words MATCH $match AND rowid = $key",
        r => Parse(r.GetString(0)), ("$match", match), ("$key", key));

    /// <summary>A passage.</summary>
    public static Snippet OfPassage(string text, int passage)
    {
        var passages = Passages.Of(text);
        return new Snippet(passage < passages.Count ? text[passages[passage]].Trim() : "", []);
    }

    /// <summary>Takes the marks out of a text.</summary>
    public static Snippet Parse(string marked)
    {
        var (text, marks, start) = (new StringBuilder(marked.Length), new List<(int, int)>(), -1);
        foreach (var c in marked)
        {
            if (c == Open)
            {
                start = text.Length;
            }
            else if (c == Close)
            {
                if (start >= 0 && text.Length > start)
                    marks.Add((start, text.Length - start));
                start = -1;
            }
            else
            {
                text.Append(c);
            }
        }
        return new Snippet(WellFormed.Text(text.ToString()), marks);
    }
}
