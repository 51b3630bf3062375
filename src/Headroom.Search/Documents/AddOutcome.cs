namespace Headroom.Search.Documents;

/// <summary>What became of a document that was to be stored.</summary>
public enum AddOutcome
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It took the place of the one with the same id.</summary>
    Replaced,

    /// <summary>One with the same id or origin was there and stayed; nothing was written.</summary>
    Kept,

    /// <summary>One with the same id or origin was removed, and stays removed; nothing was written.</summary>
    Removed,
}
