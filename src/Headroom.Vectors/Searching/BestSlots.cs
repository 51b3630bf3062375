using Headroom.Vectors.Storage;

namespace Headroom.Vectors.Searching;

/// <summary>The best so many slots: a bounded heap with the worst on top. Equal scores go by id, so the order they come in does not matter.</summary>
internal sealed class BestSlots(int capacity, Columns columns)
{
    private readonly (float Score, int Slot)[] _heap = new (float, int)[capacity];

    public int Count { get; private set; }

    /// <summary>A score below this has no place.</summary>
    public float Floor => Count < _heap.Length ? float.NegativeInfinity : _heap[0].Score;

    public ReadOnlySpan<(float Score, int Slot)> Unordered => _heap.AsSpan(0, Count);

    public void Add(float score, int slot)
    {
        if (Count < _heap.Length)
        {
            _heap[Count] = (score, slot);
            Rise(Count++);
        }
        else if (Count > 0 && IsWorse(_heap[0], (score, slot)))
        {
            _heap[0] = (score, slot);
            Sink();
        }
    }

    public void Add(BestSlots others)
    {
        foreach (var (score, slot) in others.Unordered)
            Add(score, slot);
    }

    private bool IsWorse((float Score, int Slot) one, (float Score, int Slot) other) =>
        one.Score < other.Score || (one.Score == other.Score && columns.Id(one.Slot) > columns.Id(other.Slot));

    private void Rise(int at)
    {
        for (var up = (at - 1) / 2; at > 0 && IsWorse(_heap[at], _heap[up]); up = (at - 1) / 2)
        {
            (_heap[at], _heap[up]) = (_heap[up], _heap[at]);
            at = up;
        }
    }

    private void Sink()
    {
        for (var at = 0; ;)
        {
            var worst = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < Count; child++)
                worst = IsWorse(_heap[child], _heap[worst]) ? child : worst;
            if (worst == at)
                return;
            (_heap[at], _heap[worst]) = (_heap[worst], _heap[at]);
            at = worst;
        }
    }
}
