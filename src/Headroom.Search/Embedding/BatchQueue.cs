namespace Headroom.Search.Embedding;

/// <summary>
/// Texts that wait for a run, and which of them go together. A run costs what its longest text times their number costs
/// («padded tokens»), so texts of similar length go together; the one that waits longest always goes. Not thread-safe.
/// </summary>
internal sealed class BatchQueue
{
    /// <summary>So many of those that wait longest are looked at: enough to find company, few enough to look at each time.</summary>
    private const int LookedAt = 256;

    private readonly LinkedList<PendingText> _texts = [];

    /// <summary>Tokens of all that wait.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds a text at the end.</summary>
    public void Add(PendingText text)
    {
        _texts.AddLast(text);
        Tokens += text.Ids.Length;
    }

    /// <summary>Takes the next batch; those whose callers have gone are dropped on the way.</summary>
    /// <param name="most">Most padded tokens of the batch; a longer text goes alone.</param>
    /// <returns>Empty when nobody waits.</returns>
    public IReadOnlyList<PendingText> Take(long most)
    {
        var candidates = new List<LinkedListNode<PendingText>>();
        for (var node = _texts.First; node is not null && candidates.Count < LookedAt;)
        {
            var next = node.Next;
            if (node.Value.IsCancelled)
                Remove(node).Drop();
            else
                candidates.Add(node);
            node = next;
        }
        return candidates.Count == 0 ? [] : [.. Company(candidates, most).Select(Remove)];
    }

    /// <summary>The first one and those nearest to it in length, as many as go into a batch.</summary>
    private static List<LinkedListNode<PendingText>> Company(List<LinkedListNode<PendingText>> candidates, long most)
    {
        var sorted = candidates.OrderBy(c => c.Value.Ids.Length).ToList();
        var from = sorted.IndexOf(candidates[0]);
        var to = from + 1;
        while (true)
        {
            var (shorter, longer) = (from > 0 && Fits(from - 1, to), to < sorted.Count && Fits(from, to + 1));
            if (!shorter && !longer)
                return sorted[from..to];
            // Whoever brings less padding: the shorter one's own, or what the longer one costs all the others.
            if (shorter && (!longer || Length(to - 1) - Length(from - 1) <= (long)(Length(to) - Length(to - 1)) * (to - from)))
                from--;
            else
                to++;
        }

        int Length(int place) => sorted[place].Value.Ids.Length;
        bool Fits(int first, int end) => (long)Length(end - 1) * (end - first) <= most;
    }

    private PendingText Remove(LinkedListNode<PendingText> node)
    {
        _texts.Remove(node);
        Tokens -= node.Value.Ids.Length;
        return node.Value;
    }
}
