namespace Headroom.Trends;

/// <summary>What the recent past of the memory floor looks like.</summary>
public enum TrendKind
{
    /// <summary>None of the others, or too early to tell.</summary>
    Healthy,

    /// <summary>The floor grows steadily and has not slowed down.</summary>
    Leak,

    /// <summary>
    /// The floor left its usual range within the last five minutes, for half a minute or more; it came back, or has not
    /// stayed long enough to call it bloat.
    /// </summary>
    Spike,

    /// <summary>The floor stepped up at least five minutes ago, stays there and does not grow any more.</summary>
    Bloat,
}
