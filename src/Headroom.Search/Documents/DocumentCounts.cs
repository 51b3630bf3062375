namespace Headroom.Search.Documents;

/// <summary>How many documents there are.</summary>
/// <param name="Pending">Wait to be found by meaning.</param>
/// <param name="Indexed">Are found by meaning.</param>
/// <param name="Failed">Could not be embedded.</param>
/// <param name="PendingSince">When the text that waits longest was stored; null when none waits.</param>
internal readonly record struct DocumentCounts(long Pending, long Indexed, long Failed, DateTimeOffset? PendingSince)
{
    /// <summary>All of them.</summary>
    public long All => Pending + Indexed + Failed;

    /// <summary>How long the one waits that waits longest; zero when none waits.</summary>
    public TimeSpan PendingFor(DateTimeOffset now) => PendingSince is { } since && since < now ? now - since : TimeSpan.Zero;
}
