namespace Headroom.Uploads.State;

/// <summary>What became of a wish for a new upload.</summary>
internal enum Creation
{
    /// <summary>It is there.</summary>
    Done,

    /// <summary>The guest link has expired, or takes no more files or bytes.</summary>
    LinkUsedUp,

    /// <summary>The account has as many unfinished uploads as it may.</summary>
    TooManyOpen,
}
