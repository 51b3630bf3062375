namespace Headroom.Uploads;

/// <summary>Why bytes are not what they should be.</summary>
public enum ContainerProblem
{
    /// <summary>They don't start as this format does, or are of a version that this program doesn't know.</summary>
    UnknownFormat,

    /// <summary>They were made with another key: another file, part, attempt or master key. A damaged header looks the same.</summary>
    WrongKey,

    /// <summary>They were changed, moved or spliced after they were written.</summary>
    Damaged,

    /// <summary>They end too early.</summary>
    Truncated,

    /// <summary>There are more of them than the format allows.</summary>
    TooLong,
}
