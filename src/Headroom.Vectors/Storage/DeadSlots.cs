namespace Headroom.Vectors.Storage;

/// <summary>Slots that hold nothing to be found: deleted, replaced, or a deletion's own. Never changes.</summary>
internal sealed class DeadSlots
{
    private const int Words = VectorLayout.BlockSlots / 64;

    private readonly ulong[]?[] _blocks;

    private DeadSlots(ulong[]?[] blocks, int count)
    {
        _blocks = blocks;
        Count = count;
    }

    public static DeadSlots None { get; } = new([], 0);

    public int Count { get; }

    /// <summary>The most bytes that so many slots take, while a change is made.</summary>
    public static long BytesFor(long slots) => (slots / 8) + (slots / VectorLayout.BlockSlots * 48);

    public bool Contains(int slot) =>
        Of(slot / VectorLayout.BlockSlots) is { } words && (words[slot % VectorLayout.BlockSlots / 64] >> (slot & 63) & 1) != 0;

    /// <summary>A block's bits; null when all of it lives.</summary>
    public ulong[]? Of(int block) => block < _blocks.Length ? _blocks[block] : null;

    /// <summary>These slots and more; what did not change is shared.</summary>
    public DeadSlots With(IReadOnlyList<int> slots)
    {
        if (slots.Count == 0)
            return this;
        var blocks = _blocks;
        Array.Resize(ref blocks, Math.Max(_blocks.Length, (slots.Max() / VectorLayout.BlockSlots) + 1));
        if (ReferenceEquals(blocks, _blocks))
            blocks = [.. _blocks];
        var count = Count;
        foreach (var slot in slots)
        {
            var block = slot / VectorLayout.BlockSlots;
            if (blocks[block] is null || ReferenceEquals(blocks[block], Of(block)))
                blocks[block] = [.. blocks[block] ?? new ulong[Words]];
            ref var word = ref blocks[block]![slot % VectorLayout.BlockSlots / 64];
            if ((word >> (slot & 63) & 1) == 0)
                count++;
            word |= 1ul << (slot & 63);
        }
        return new DeadSlots(blocks, count);
    }
}
