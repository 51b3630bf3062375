namespace Headroom.Search.Tokenizing;

/// <summary>
/// Finds the most probable pieces of a text as its code points come (Viterbi; T. Kudo, «Subword Regularization»,
/// arXiv:1804.10959). Where all paths that may still win share their beginning, that beginning is settled and
/// forgotten: the result is that of the whole text, for the memory of a window. O(code points × longest piece).
/// </summary>
internal sealed class UnigramLattice(UnigramVocabulary vocabulary, int maxTokens)
{
    private const int FirstWindow = 256;

    /// <summary>Paths that have not met after so many code points are cut to the best of them: no language does that.</summary>
    private const int MostWindow = 16 * 1024;

    private readonly List<int> _ids = [];
    private int[] _runes = new int[FirstWindow];

    // By position: the best score up to it, and the piece that ends there: its id and how many code points back it began.
    private double[] _scores = NewScores(FirstWindow);
    private int[] _pieces = new int[FirstWindow + 1];
    private int[] _lengths = new int[FirstWindow + 1];
    private int _count;
    private int _done;

    /// <summary>Takes a code point.</summary>
    /// <returns>False when there are as many tokens as wanted.</returns>
    public bool Add(int rune)
    {
        if (_count == _runes.Length)
        {
            AdvanceTo(_count - vocabulary.LongestPiece);
            Settle();
        }
        _runes[_count++] = rune;
        return _ids.Count < maxTokens;
    }

    /// <summary>The ids, once every code point has been added.</summary>
    public int[] Finish()
    {
        AdvanceTo(_count);
        Emit(_count);
        return [.. _ids];
    }

    private static double[] NewScores(int window)
    {
        var scores = new double[window + 1];
        Array.Fill(scores, double.NegativeInfinity);
        scores[0] = 0;
        return scores;
    }

    /// <summary>Follows every piece that begins before <paramref name="end"/>.</summary>
    private void AdvanceTo(int end)
    {
        for (; _done < end; _done++)
        {
            var known = false;
            for (int node = 0, at = _done; at < _count && (node = vocabulary.Descend(node, _runes[at])) >= 0; at++)
            {
                if (vocabulary.PieceAt(node) is not (>= 0 and var piece))
                    continue;
                known |= at == _done;
                Reach(at + 1, piece, vocabulary.ScoreOf(piece));
            }
            // So every position can be reached.
            if (!known)
                Reach(_done + 1, UnigramVocabulary.Unknown, vocabulary.UnknownScore);
        }
    }

    /// <summary>Of equals the one that began first stays, which is the longest piece.</summary>
    private void Reach(int end, int piece, double score)
    {
        score += _scores[_done];
        if (score <= _scores[end])
            return;
        (_scores[end], _pieces[end], _lengths[end]) = (score, piece, end - _done);
    }

    /// <summary>Emits what can't change any more and makes room.</summary>
    private void Settle()
    {
        var settled = Meeting();
        if (settled == 0 && _runes.Length < MostWindow)
        {
            Grow();
            return;
        }
        if (settled == 0)
            settled = _done;
        Emit(settled);
        var left = _count - settled;
        Array.Copy(_runes, settled, _runes, 0, left);
        Shift(_scores, settled);
        Shift(_pieces, settled);
        Shift(_lengths, settled);
        Array.Fill(_scores, double.NegativeInfinity, left + 1, _scores.Length - left - 1);
        (_count, _done) = (left, _done - settled);
        // What is reached past a forced cut from before it is no path any more.
        for (var i = _done + 1; i <= left; i++)
        {
            if (_lengths[i] > i)
                _scores[i] = double.NegativeInfinity;
        }
    }

    private void Shift<T>(T[] values, int settled) => Array.Copy(values, settled, values, 0, _count - settled + 1);

    /// <summary>The last position that every path to an open position goes through.</summary>
    private int Meeting()
    {
        var open = new SortedSet<int>();
        for (var i = _done; i <= _count; i++)
        {
            if (!double.IsNegativeInfinity(_scores[i]))
                open.Add(i);
        }
        while (open.Count > 1)
        {
            var last = open.Max;
            open.Remove(last);
            open.Add(last - _lengths[last]);
        }
        return open.Max;
    }

    private void Emit(int end)
    {
        var path = new Stack<int>();
        for (var at = end; at > 0; at -= _lengths[at])
            path.Push(_pieces[at]);
        foreach (var id in path)
        {
            // Unknown ones in a row are one.
            if (_ids.Count < maxTokens && (id != UnigramVocabulary.Unknown || _ids.Count == 0 || _ids[^1] != id))
                _ids.Add(id);
        }
    }

    private void Grow()
    {
        var old = _runes.Length;
        Array.Resize(ref _runes, 2 * old);
        Array.Resize(ref _scores, 2 * old + 1);
        Array.Resize(ref _pieces, 2 * old + 1);
        Array.Resize(ref _lengths, 2 * old + 1);
        Array.Fill(_scores, double.NegativeInfinity, old + 1, old);
    }
}
