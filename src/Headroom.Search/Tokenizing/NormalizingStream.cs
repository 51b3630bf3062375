namespace Headroom.Search.Tokenizing;

/// <summary>
/// Normalises code points as they come (Unicode Standard Annex 15) and passes them on in pieces, so that a text of any
/// length takes a bounded buffer. Not thread-safe.
/// </summary>
/// <param name="tables">The character database.</param>
/// <param name="compatibility">NFK… rather than NF….</param>
/// <param name="compose">NF…C rather than NF…D.</param>
/// <param name="next">Takes a normalised code point; false when it needs no more.</param>
internal sealed class NormalizingStream(UnicodeTables tables, bool compatibility, bool compose, Func<int, bool> next)
{
    private const int PieceRunes = 512;

    /// <summary>So many code points without a place to cut are no text; they are cut where they are.</summary>
    private const int MostRunes = 16 * 1024;

    private readonly List<int> _runes = [];
    private readonly List<long> _marks = [];

    /// <summary>Takes a code point.</summary>
    /// <returns>False when no more are needed.</returns>
    public bool Add(int rune)
    {
        var goesOn = _runes.Count < PieceRunes || (_runes.Count < MostRunes && !tables.IsBoundary(rune)) || Flush();
        tables.Decompose(rune, compatibility, _runes);
        return goesOn;
    }

    /// <summary>Passes on what is left.</summary>
    /// <returns>False when no more are needed.</returns>
    public bool Flush()
    {
        Order();
        if (compose)
            Compose();
        var goesOn = true;
        for (var i = 0; i < _runes.Count && goesOn; i++)
            goesOn = next(_runes[i]);
        _runes.Clear();
        return goesOn;
    }

    /// <summary>Sorts each run of combining marks by class; those of one class keep their order.</summary>
    private void Order()
    {
        for (var i = 0; i < _runes.Count; i++)
        {
            var start = i;
            _marks.Clear();
            for (; i < _runes.Count && tables.ClassOf(_runes[i]) is > 0 and var order; i++)
                _marks.Add((long)order << 48 | (long)(i - start) << 24 | (uint)_runes[i]);
            if (_marks.Count < 2)
                continue;
            _marks.Sort();
            for (var k = 0; k < _marks.Count; k++)
                _runes[start + k] = (int)(_marks[k] & 0xFFFFFF);
        }
    }

    private void Compose()
    {
        var (starter, written, lastClass) = (-1, 0, 0);
        for (var i = 0; i < _runes.Count; i++)
        {
            var rune = _runes[i];
            var order = tables.ClassOf(rune);
            // Blocked by a mark of the same or a higher class, or by another starter, in between.
            var reaches = starter >= 0 && (written == starter + 1 || (lastClass < order && lastClass > 0));
            if (reaches && tables.Compose(_runes[starter], rune) is > 0 and var composed)
            {
                _runes[starter] = composed;
                continue;
            }
            if (order == 0)
                starter = written;
            lastClass = order;
            _runes[written++] = rune;
        }
        _runes.RemoveRange(written, _runes.Count - written);
    }
}
