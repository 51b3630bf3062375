namespace Headroom.Blobs;

/// <summary>What kind of thing went wrong in a store.</summary>
public enum BlobProblem
{
    /// <summary>There is no such object or upload.</summary>
    NotFound,

    /// <summary>Somebody else writes at the same place now.</summary>
    Busy,

    /// <summary>The parts to complete are not what the store has.</summary>
    Conflict,

    /// <summary>More than an object or a store may ever hold.</summary>
    TooLarge,

    /// <summary>No space is left now.</summary>
    Full,

    /// <summary>The store can't be reached or is overloaded: later it may work.</summary>
    Unavailable,

    /// <summary>The store refuses: credentials, bucket, permissions or settings are wrong.</summary>
    Refused,

    /// <summary>What the store has is not what was written.</summary>
    Damaged,
}
