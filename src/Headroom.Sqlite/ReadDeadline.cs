using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>
/// Ends what a connection runs when its time is over or nobody waits for it any more. SQLite itself asks, every thousand
/// steps of a statement (https://sqlite.org/c3ref/progress_handler.html): no other thread interrupts, so none can hit who
/// has the connection next. Not thread-safe, as connections are not.
/// </summary>
internal sealed class ReadDeadline(TimeProvider time)
{
    /// <summary>Some tens of microseconds.</summary>
    private const int Steps = 1000;

    private CancellationToken _token;
    private TimeSpan? _most;
    private long _started;

    /// <summary>Watches a connection from now on.</summary>
    public void Attach(SqliteConnection connection) =>
        SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, Steps, static deadline => ((ReadDeadline)deadline).IsOver() ? 1 : 0, this);

    /// <summary>Begins.</summary>
    /// <param name="most">How long it may take; null without a bound.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    public void Begin(TimeSpan? most, CancellationToken cancellationToken) => (_most, _token, _started) = (most, cancellationToken, time.GetTimestamp());

    /// <summary>Ends: nothing is watched until the next begin.</summary>
    public void End() => (_most, _token) = (null, CancellationToken.None);

    /// <summary>Throws what a failure means for who asked, if that is another exception.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    /// <exception cref="DatabaseBusyException">It took too long, or SQLite's heap is full.</exception>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    public static void ThrowMeaning(SqliteException failure, CancellationToken cancellationToken)
    {
        var meaning = Meaning(failure, cancellationToken);
        if (meaning != failure)
            throw meaning;
    }

    /// <summary>What a failure means for who asked.</summary>
    public static Exception Meaning(Exception failure, CancellationToken cancellationToken = default)
    {
        switch (failure)
        {
            case SqliteException { SqliteErrorCode: SqliteErrors.Interrupted } when cancellationToken.IsCancellationRequested:
                return new OperationCanceledException("The read was given up.", failure, cancellationToken);
            case SqliteException { SqliteErrorCode: SqliteErrors.Interrupted }:
                return TooSlow(failure);
            case SqliteException { SqliteErrorCode: SqliteErrors.NoMemory }:
                return new DatabaseBusyException(
                    DatabaseBusyReason.Memory,
                    "This needs more memory than is free in the database now, and nothing was changed. Try again later, or ask for less at once.",
                    failure);
            case SqliteException { SqliteErrorCode: SqliteErrors.Full } full:
                return new DatabaseException(
                    DatabaseProblem.Full, $"The disk of the database is full, and nothing was changed: {full.Message} Make room.", full);
            case SqliteException broken when !broken.IsOfStatement():
                return new DatabaseException(
                    DatabaseProblem.Failed,
                    $"The database can't be used, and nothing was changed: {broken.Message} Check its disk, and restore a backup when the file is damaged.",
                    broken);
            default:
                return failure;
        }
    }

    /// <summary>A read that was stopped, or never came to its turn.</summary>
    public static DatabaseBusyException TooSlow(Exception? cause = null) =>
        new(DatabaseBusyReason.Deadline, "The database took too long to read this, so it was stopped. Try again later, or ask for less at once.", cause);

    private bool IsOver() => _token.IsCancellationRequested || (_most is { } most && time.GetElapsedTime(_started) > most);
}
