namespace Headroom.Sqlite;

/// <summary>Why a database could not do something now.</summary>
public enum DatabaseBusyReason
{
    /// <summary>A read took longer than any may, or waited as long for a connection; it was stopped.</summary>
    Deadline,

    /// <summary>SQLite's heap is at its limit.</summary>
    Memory,
}

/// <summary>The database could not do it now, and nothing was changed; the same may go well later. The message says what to do.</summary>
public sealed class DatabaseBusyException(DatabaseBusyReason reason, string message, Exception? cause = null)
    : DatabaseException(DatabaseProblem.Busy, message, cause)
{
    /// <summary>When it makes sense to try again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Why.</summary>
    public DatabaseBusyReason Reason => reason;
}
