namespace Headroom.Uploads.Format;

/// <summary>
/// Which encrypted bytes hold which plaintext. The slices of a range follow each other without a gap when the encrypted
/// parts do, so one read covers any range. Holds 16 bytes a part.
/// </summary>
public sealed class SegmentMap
{
    // Where part n + 1 starts; one more entry for the end.
    private readonly long[] _plaintextStarts;
    private readonly long[] _encryptedStarts;

    /// <param name="partLengths">Plaintext bytes of the parts, in order; at most <see cref="PartLayout.MaxParts"/>.</param>
    public SegmentMap(ReadOnlySpan<long> partLengths)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partLengths.Length, PartLayout.MaxParts, nameof(partLengths));
        _plaintextStarts = new long[partLengths.Length + 1];
        _encryptedStarts = new long[partLengths.Length + 1];
        for (var i = 0; i < partLengths.Length; i++)
        {
            _plaintextStarts[i + 1] = _plaintextStarts[i] + partLengths[i];
            _encryptedStarts[i + 1] = _encryptedStarts[i] + PartLayout.EncryptedBytes(partLengths[i]);
        }
    }

    /// <summary>Plaintext bytes of all parts.</summary>
    public long PlaintextBytes => _plaintextStarts[^1];

    /// <summary>Encrypted bytes of all parts. A store that holds more or fewer holds something else.</summary>
    public long EncryptedBytes => _encryptedStarts[^1];

    /// <summary>What to read for a range, in order; for the whole file that is every part, those without bytes too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside of the file.</exception>
    public IEnumerable<PartSlice> Slices(PlaintextRange range)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Offset, nameof(range));
        ArgumentOutOfRangeException.ThrowIfNegative(range.Length, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Offset, PlaintextBytes, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Length, PlaintextBytes - range.Offset, nameof(range));
        return Enumerate(range.Offset, range.Offset + range.Length);
    }

    private IEnumerable<PartSlice> Enumerate(long start, long end)
    {
        for (var part = FirstThatEndsAtOrAfter(start); part < _plaintextStarts.Length - 1 && _plaintextStarts[part] <= end; part++)
        {
            var (partStart, partEnd) = (_plaintextStarts[part], _plaintextStarts[part + 1]);
            var (from, to) = (Math.Max(start, partStart), Math.Min(end, partEnd));
            if (from < to || partStart == partEnd)
                yield return new PartSlice(part + 1, partEnd - partStart, _encryptedStarts[part], new PlaintextRange(from - partStart, to - from));
        }
    }

    private int FirstThatEndsAtOrAfter(long offset)
    {
        var (low, high) = (0, _plaintextStarts.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_plaintextStarts[middle + 1] < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
