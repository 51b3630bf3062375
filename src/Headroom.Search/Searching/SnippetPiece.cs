using System.Text;
using Headroom.Search.Documents;

namespace Headroom.Search.Searching;

/// <summary>Some tokens in a row of a text, and which of them are words of the query.</summary>
/// <param name="first">The first token's number.</param>
/// <param name="tokens">How many.</param>
internal sealed class SnippetPiece(int first, int tokens)
{
    /// <summary>What stands where something was left out.</summary>
    private const char LeftOut = '…';

    private readonly List<(int Start, int End)> _marks = [];
    private int _seen, _start, _end;
    private bool _isCutBehind;

    /// <summary>Adds the next token of the text.</summary>
    /// <returns>False when no more is wanted.</returns>
    public bool Add(int start, int end, bool isWord)
    {
        var number = _seen++ - first;
        if (number < 0)
            return true;
        if (number == tokens)
        {
            _isCutBehind = true;
            return false;
        }
        if (number == 0)
            _start = start;
        _end = end;
        if (isWord)
            _marks.Add((start, end));
        return true;
    }

    /// <summary>Cuts it out.</summary>
    /// <param name="text">The text, or a part of it.</param>
    /// <param name="isBeginning">Whether nothing stands before it.</param>
    /// <param name="isEnd">Whether nothing comes behind it.</param>
    /// <param name="mostBytes">As many at most.</param>
    public Snippet Cut(ReadOnlySpan<byte> text, bool isBeginning, bool isEnd, int mostBytes)
    {
        var start = first == 0 ? 0 : _start;
        var end = _isCutBehind ? _end : text.Length;
        if (end - start > mostBytes)
        {
            // What was found comes first, with as much before it as after it.
            if (_marks.Count > 0 && Math.Min(_marks[0].End, _marks[0].Start + mostBytes) - start > mostBytes)
                start = AtCharacter(text, Math.Max(start, _marks[0].Start - (mostBytes / 2)));
            end = AtCharacter(text, Math.Min(end, start + mostBytes));
        }
        return Write(text, start, end, start > 0 || !isBeginning ? LeftOut : null, end < text.Length || !isEnd ? LeftOut : null);
    }

    private Snippet Write(ReadOnlySpan<byte> text, int start, int end, char? before, char? behind)
    {
        var (piece, marks, at) = (new StringBuilder(), new List<(int, int)>(), start);
        piece.Append(before);
        foreach (var mark in _marks)
        {
            if (mark.Start < at || mark.Start >= end)
                continue;
            piece.Append(Encoding.UTF8.GetString(text[at..mark.Start]));
            at = Math.Min(mark.End, end);
            var word = Encoding.UTF8.GetString(text[mark.Start..at]);
            marks.Add((piece.Length, word.Length));
            piece.Append(word);
        }
        piece.Append(Encoding.UTF8.GetString(text[at..end])).Append(behind);
        return new Snippet(WellFormed.Text(piece.ToString()), marks);
    }

    private static int AtCharacter(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && at < text.Length && (text[at] & 0xC0) == 0x80)
            at--;
        return at;
    }
}
