using System.Buffers;
using Headroom.Search.Indexing;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Searching;

/// <summary>The piece of a text that speaks for it, as plain text.</summary>
/// <param name="Text">The piece; nothing in it is markup.</param>
/// <param name="Marks">Where words of the query stand in it: start and length in UTF-16 code units.</param>
internal sealed record Snippet(string Text, IReadOnlyList<(int Start, int Length)> Marks)
{
    /// <summary>So many bytes of a text are looked through for words together, one such part after the other until one has some.</summary>
    public const int PartBytes = 256 * 1024;

    /// <summary>Most bytes of the piece: words can be as long as a text.</summary>
    public const int MostBytes = 2048;

    private const int Tokens = 40;
    private const int MostForASpace = 4096;

    /// <summary>
    /// The words of the query with what stands around them; null when the document has none, or is gone.
    /// Not FTS5's own snippets: their time grows with the square of how often a word is repeated.
    /// </summary>
    public static Snippet? OfWords(SqliteConnection db, long key, string query)
    {
        using var tokenizer = WordTokenizer.Open(db);
        var words = QueryWords.Of(tokenizer, query);
        var buffer = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            // Read where it lies: a statement would make a copy of the whole text first.
            using var text = new SqliteBlob(db, "documents", "text", key, readOnly: true);
            return OfParts(tokenizer, words, text, buffer.AsMemory(0, PartBytes));
        }
        catch (SqliteException gone) when (gone.SqliteErrorCode == SqliteErrors.Error)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The same of a text, or of a part of it.</summary>
    public static Snippet? OfWords(Fts5Tokenizer tokenizer, QueryWords words, ReadOnlyMemory<byte> text, bool isBeginning = true, bool isEnd = true)
    {
        var window = Choose(tokenizer, words, text);
        if (!window.HasFound)
            return null;
        var piece = new SnippetPiece(window.Choose(), Tokens);
        tokenizer.Tokenize(text.Span, (token, start, end) => piece.Add(start, end, words.IndexOf(token) >= 0));
        return piece.Cut(text.Span, isBeginning, isEnd, MostBytes);
    }

    /// <summary>A passage.</summary>
    public static Snippet OfPassage(string text, int passage)
    {
        var passages = Passages.Of(text);
        return new Snippet(passage < passages.Count ? text[passages[passage]].Trim() : "", []);
    }

    private static SnippetWindow Choose(Fts5Tokenizer tokenizer, QueryWords words, ReadOnlyMemory<byte> text)
    {
        var window = new SnippetWindow(Tokens);
        tokenizer.Tokenize(text.Span, (token, start, _) => window.Add(words.IndexOf(token), BeginsSentence(text.Span[..start])));
        return window;
    }

    /// <summary>Whether what stands before a token ends a sentence: a full stop or a colon, and white space; or nothing.</summary>
    private static bool BeginsSentence(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd(" \t\r\n"u8);
        return before.IsEmpty || before[^1] is (byte)'.' or (byte)':';
    }

    private static Snippet? OfParts(Fts5Tokenizer tokenizer, QueryWords words, SqliteBlob text, Memory<byte> buffer)
    {
        for (var isBeginning = true; ; isBeginning = false)
        {
            var begin = text.Position;
            var length = text.Read(buffer.Span);
            var isEnd = text.Position >= text.Length || length == 0;
            if (!isEnd)
                text.Position = begin + (length = Whole(buffer.Span[..length]));
            if (OfWords(tokenizer, words, buffer[..length], isBeginning, isEnd) is var snippet && (snippet is not null || isEnd))
                return snippet;
        }
    }

    /// <summary>How much of a part to take: to its last space, or at least to a character's end.</summary>
    private static int Whole(ReadOnlySpan<byte> part)
    {
        var tail = part[^MostForASpace..];
        if (tail.LastIndexOf((byte)' ') is >= 0 and var space)
            return part.Length - tail.Length + space + 1;
        var end = part.Length - 1;
        while (end > 1 && (part[end] & 0xC0) == 0x80)
            end--;
        return end;
    }
}
