namespace Headroom.Sqlite;

/// <summary>The database can't be used; the message says what to do.</summary>
public sealed class DatabaseException(string message, Exception? cause = null) : Exception(message, cause);
