using System.Runtime.InteropServices;

namespace Headroom.Search.Searching;

/// <summary>
/// Chooses which tokens of a text a snippet shows, as FTS5's own snippets do (ext/fts5/fts5_aux.c) but in time proportional
/// to the text: so many tokens in a row that have most different words of the query, then most words; around what was found, or
/// from the beginning of its sentence.
/// </summary>
/// <param name="tokens">How many tokens a snippet has.</param>
internal sealed class SnippetWindow(int tokens)
{
    /// <summary>So many places of words are looked at; a text that has more repeats itself.</summary>
    public const int MostFound = 4096;

    private const int Different = 1000, AtSentence = 100, AtBeginning = 120;

    private readonly List<Found> _found = [];
    private int _sentence, _seen;

    /// <summary>Whether anything was found.</summary>
    public bool HasFound => _found.Count > 0;

    /// <summary>Adds the next token.</summary>
    /// <param name="word">Which word of the query it is; -1 when none.</param>
    /// <param name="beginsSentence">Whether a sentence begins with it.</param>
    /// <returns>False when no more is wanted.</returns>
    public bool Add(int word, bool beginsSentence)
    {
        if (beginsSentence)
            _sentence = _seen;
        if (word >= 0 && _found.Count < MostFound)
            _found.Add(new Found(_seen, _sentence, word));
        _seen++;
        return _found.Count < MostFound || _seen < _found[^1].Position + tokens;
    }

    /// <summary>The first token to show.</summary>
    public int Choose()
    {
        var found = CollectionsMarshal.AsSpan(_found);
        Span<int> counts = stackalloc int[QueryWords.Most];
        var around = new Slide(counts, found, tokens);
        Span<int> others = stackalloc int[QueryWords.Most];
        var from = new Slide(others, found, tokens);
        var (best, start) = (-1, 0);
        foreach (var one in found)
        {
            if (around.To(one.Position) is var score && score > best)
                (best, start) = (score, Around(one.Position, around.Last));
            if (_seen <= tokens || one.Sentence >= one.Position)
                continue;
            score = from.To(one.Sentence) + (one.Sentence == 0 ? AtBeginning : AtSentence);
            if (score > best)
                (best, start) = (score, one.Sentence);
        }
        return start;
    }

    private int Around(int first, int last) => Math.Max(0, Math.Min(first - ((tokens - (last + 1 - first)) / 2), _seen - tokens));

    private readonly record struct Found(int Position, int Sentence, int Word);

    /// <summary>A window that only moves forward, and how many of each word are in it.</summary>
    private ref struct Slide(Span<int> counts, ReadOnlySpan<Found> found, int tokens)
    {
        private readonly Span<int> _counts = counts;
        private readonly ReadOnlySpan<Found> _found = found;
        private int _from, _to, _different;

        /// <summary>The last place inside.</summary>
        public readonly int Last => _found[_to - 1].Position;

        /// <returns>What it is worth.</returns>
        public int To(int start)
        {
            for (; _to < _found.Length && _found[_to].Position < start + tokens; _to++)
                _different += _counts[_found[_to].Word]++ == 0 ? 1 : 0;
            for (; _from < _to && _found[_from].Position < start; _from++)
                _different -= --_counts[_found[_from].Word] == 0 ? 1 : 0;
            return (_different * Different) + (_to - _from - _different);
        }
    }
}
