namespace Headroom.Sqlite.Erasing;

/// <summary>What became of writing a file anew that an older program had written.</summary>
public enum Rewriting
{
    /// <summary>There was nothing to do.</summary>
    NotNeeded,

    /// <summary>It was written anew.</summary>
    Done,

    /// <summary>The disk has no room for it now.</summary>
    NoRoom,
}
