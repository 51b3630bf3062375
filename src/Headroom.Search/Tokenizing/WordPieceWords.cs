using System.Text;

namespace Headroom.Search.Tokenizing;

/// <summary>Gathers words as code points come and splits each into the longest pieces, the first one first. Not thread-safe.</summary>
internal sealed class WordPieceWords(WordPieceVocabulary vocabulary, int maxTokens)
{
    /// <summary>Longer words are unknown, as in BERT.</summary>
    private const int MaxWordRunes = 100;

    private readonly List<int> _ids = [vocabulary.Start];
    private readonly char[] _word = new char[2 * MaxWordRunes];
    private int _chars;
    private int _runes;

    /// <summary>Takes a code point.</summary>
    /// <returns>False when there are as many tokens as wanted.</returns>
    public bool Add(int rune)
    {
        if (BertCharacters.IsSpace(rune))
        {
            EndWord();
        }
        else if (BertCharacters.IsPunctuation(rune))
        {
            EndWord();
            Append(rune);
            EndWord();
        }
        else
        {
            Append(rune);
        }
        return !IsFull;
    }

    /// <summary>The ids, once every code point has been added.</summary>
    public int[] Finish()
    {
        EndWord();
        _ids.Add(vocabulary.End);
        return [.. _ids];
    }

    private bool IsFull => _ids.Count >= maxTokens - 1;

    private void Append(int rune)
    {
        if (++_runes <= MaxWordRunes)
            _chars += new Rune(rune).EncodeToUtf16(_word.AsSpan(_chars));
    }

    private void EndWord()
    {
        if (_runes > 0 && !IsFull)
            Split();
        (_chars, _runes) = (0, 0);
    }

    private void Split()
    {
        var before = _ids.Count;
        var known = _runes <= MaxWordRunes;
        var rest = _word.AsSpan(0, _chars);
        for (var first = true; known && !rest.IsEmpty; first = false)
        {
            var id = vocabulary.LongestPrefix(rest, first, out var length);
            known = id >= 0;
            _ids.Add(id);
            rest = rest[length..];
        }
        if (!known)
        {
            _ids.RemoveRange(before, _ids.Count - before);
            _ids.Add(vocabulary.Unknown);
        }
        if (_ids.Count > maxTokens - 1)
            _ids.RemoveRange(maxTokens - 1, _ids.Count - (maxTokens - 1));
    }
}
