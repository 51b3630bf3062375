namespace Headroom.Search.Indexing;

/// <summary>A set of keys from a range, a bit each.</summary>
/// <param name="from">The first key of the range.</param>
/// <param name="count">How many keys the range has.</param>
internal sealed class KeySet(long from, int count)
{
    private readonly ulong[] _bits = new ulong[(count + 63) / 64];

    /// <summary>Bytes that a set of so many keys takes.</summary>
    public static long BytesFor(long count) => (count / 8) + 64;

    /// <summary>Adds a key; one outside the range is ignored.</summary>
    public void Add(long key)
    {
        if (Covers(key))
            _bits[(key - from) >> 6] |= 1UL << (int)((key - from) & 63);
    }

    /// <summary>Whether a key is in it.</summary>
    public bool Contains(long key) => Covers(key) && (_bits[(key - from) >> 6] >> (int)((key - from) & 63) & 1) != 0;

    /// <summary>Whether a key is in the range.</summary>
    public bool Covers(long key) => key >= from && key - from < count;
}
