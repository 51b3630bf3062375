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

    /// <summary>The guests of the account have as many unfinished uploads as they may together.</summary>
    TooManyOpenOfGuests,

    /// <summary>The guest link has as many unfinished uploads as it may.</summary>
    TooManyOpenOfLink,
}
