namespace Headroom.Search.Indexing;

/// <summary>
/// Cuts a text into overlapping passages: a model reads the beginning of what it is given, and of a long text one vector
/// says little. Each passage has a vector, and a document is as near as its nearest passage. Depends on the text alone:
/// cut again, it gives the same passages.
/// </summary>
internal static class Passages
{
    /// <summary>Most passages of a document; a power of two. What comes after them is found by its words only.</summary>
    public const int Most = 32;

    /// <summary>Most characters of a passage: some hundred tokens, which models of 128 still read.</summary>
    public const int Length = 400;

    /// <summary>What of a passage may be said again in the next one, so that no sentence is only found in halves.</summary>
    public const int Overlap = 80;

    /// <summary>So many characters of a text are looked at.</summary>
    public const int MostCharacters = Most * (Length - Overlap);

    private const int KeyShift = 5;

    /// <summary>The id of a passage's vector.</summary>
    public static long IdOf(long document, int passage) => (document << KeyShift) | (uint)passage;

    /// <summary>The document that a vector belongs to.</summary>
    public static long DocumentOf(long id) => id >> KeyShift;

    /// <summary>Which passage of its document a vector belongs to.</summary>
    public static int PassageOf(long id) => (int)(id & (Most - 1));

    /// <summary>Where the passages of a text are; none when there is nothing but white space.</summary>
    public static IReadOnlyList<Range> Of(string text)
    {
        var end = Math.Min(text.Length, MostCharacters);
        var passages = new List<Range>();
        for (var start = SkipSpace(text, 0, end); start < end && passages.Count < Most;)
        {
            var stop = EndOf(text, start, end);
            passages.Add(start..stop);
            start = stop == end ? end : Next(text, start, stop);
        }
        return passages;
    }

    /// <summary>Ends behind a sentence or line, else behind a word, else where it must.</summary>
    private static int EndOf(string text, int start, int end)
    {
        var most = start + Length;
        if (most >= end)
            return end;
        var tail = text.AsSpan(start + (Length / 2), Length / 2);
        for (var i = tail.Length - 1; i > 0; i--)
        {
            if (tail[i] == '\n' || (char.IsWhiteSpace(tail[i]) && tail[i - 1] is '.' or '!' or '?' or '。'))
                return most - tail.Length + i;
        }
        for (var i = tail.Length - 1; i > 0; i--)
        {
            if (char.IsWhiteSpace(tail[i]))
                return most - tail.Length + i;
        }
        return char.IsLowSurrogate(text[most]) ? most - 1 : most;
    }

    /// <summary>Begins with a word in the overlap; always further than the passage before.</summary>
    private static int Next(string text, int start, int stop)
    {
        var from = Math.Max(start + 1, stop - Overlap);
        for (var i = from; i < stop; i++)
        {
            if (char.IsWhiteSpace(text[i]))
                return SkipSpace(text, i, stop);
        }
        return char.IsLowSurrogate(text[from]) ? from + 1 : from;
    }

    private static int SkipSpace(string text, int from, int end)
    {
        while (from < end && char.IsWhiteSpace(text[from]))
            from++;
        return from;
    }
}
