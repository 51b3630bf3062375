namespace Headroom.Sqlite;

/// <summary>Why a database could not do something.</summary>
public enum DatabaseProblem
{
    /// <summary>It can't be opened, another version of the program wrote it, or the native library lacks what is needed.</summary>
    Unusable,

    /// <summary>It could not do it now, and nothing was changed; see <see cref="DatabaseBusyException"/>.</summary>
    Busy,

    /// <summary>The disk is full, and nothing was changed.</summary>
    Full,

    /// <summary>The file is damaged, the disk fails or another process keeps it locked, and nothing was changed.</summary>
    Failed,
}
