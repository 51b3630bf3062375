namespace Headroom.Vectors.Storage;

/// <summary>
/// Which slot holds an id: open addressing with linear probing (Knuth, The Art of Computer Programming, volume 3,
/// 6.4, algorithms L and R) over slots alone; the ids are in the mapped file. Four to eleven bytes an id. Not thread-safe.
/// </summary>
internal sealed class SlotTable
{
    private const int Least = 1024;
    private const int Empty = -1;

    private int[] _slots = Fresh(Least);

    /// <summary>How many ids there are.</summary>
    public int Count { get; private set; }

    /// <summary>The most bytes that so many ids take, while the table grows.</summary>
    public static long BytesFor(long count)
    {
        var size = (long)Least;
        while (count > Most(size))
            size *= 2;
        return (size + (size / 2)) * sizeof(int);
    }

    /// <summary>The slot of an id, or −1.</summary>
    public int Find(long id, Columns columns) => _slots[PlaceOf(id, columns)];

    /// <summary>Gives an id a slot.</summary>
    /// <returns>The slot it had before, or −1.</returns>
    public int Set(long id, int slot, Columns columns)
    {
        if (Count >= Most(_slots.Length))
            Grow(columns);
        var place = PlaceOf(id, columns);
        var before = _slots[place];
        _slots[place] = slot;
        if (before == Empty)
            Count++;
        return before;
    }

    /// <summary>Forgets an id.</summary>
    /// <returns>The slot it had, or −1.</returns>
    public int Remove(long id, Columns columns)
    {
        var hole = PlaceOf(id, columns);
        var before = _slots[hole];
        if (before == Empty)
            return Empty;
        Count--;
        // Those behind the hole move up unless that would put them before where they would be looked for.
        for (var next = Next(hole); _slots[next] != Empty; next = Next(next))
        {
            var home = Home(columns.Id(_slots[next]));
            if (((next - home) & Mask) < ((next - hole) & Mask))
                continue;
            _slots[hole] = _slots[next];
            hole = next;
        }
        _slots[hole] = Empty;
        return before;
    }

    private int Mask => _slots.Length - 1;

    private static long Most(long size) => size - (size / 3);

    private static int[] Fresh(int size)
    {
        var slots = new int[size];
        Array.Fill(slots, Empty);
        return slots;
    }

    private int Next(int place) => (place + 1) & Mask;

    // Fibonacci hashing (the same book, 6.4): neighbouring ids end up far apart.
    private int Home(long id) => (int)(((ulong)id * 0x9E37_79B9_7F4A_7C15) >> 33) & Mask;

    private int PlaceOf(long id, Columns columns)
    {
        var place = Home(id);
        while (_slots[place] != Empty && columns.Id(_slots[place]) != id)
            place = Next(place);
        return place;
    }

    private void Grow(Columns columns)
    {
        var before = _slots;
        _slots = Fresh(checked(before.Length * 2));
        foreach (var slot in before)
        {
            if (slot != Empty)
                _slots[PlaceOf(columns.Id(slot), columns)] = slot;
        }
    }
}
