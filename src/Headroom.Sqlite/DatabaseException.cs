namespace Headroom.Sqlite;

/// <summary>The database can't be used, or not now; the message says what to do.</summary>
/// <param name="problem">What is wrong.</param>
/// <param name="message">What happened and what to do, for operators.</param>
/// <param name="cause">What SQLite or the disk said.</param>
public class DatabaseException(DatabaseProblem problem, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What is wrong.</summary>
    public DatabaseProblem Problem => problem;
}
