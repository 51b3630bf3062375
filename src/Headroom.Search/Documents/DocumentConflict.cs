namespace Headroom.Search.Documents;

/// <summary>What to do with a document whose id or origin is there already.</summary>
public enum DocumentConflict
{
    /// <summary>One with the same id is replaced, and indexed anew. One with the same origin and another id stays.</summary>
    Replace,

    /// <summary>The one that is there stays, and one that was removed stays removed: nothing is written.</summary>
    Keep,
}
