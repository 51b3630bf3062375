using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>
/// The statements of a connection, compiled once: to compile one takes longer than to run most of them. Who takes one has
/// it alone until it is kept again. Not thread-safe, as connections are not.
/// </summary>
internal sealed class PreparedStatements
{
    /// <summary>
    /// The most that a connection keeps, the last ones that ran; at most 11 KB each (measured), counted in
    /// <see cref="SqliteHeap.ConnectionsBytes"/>.
    /// </summary>
    public const int MaxKept = 32;

    /// <summary>
    /// SQLite holds a copy of a statement's values until its next run. With larger ones, in bytes or characters, it is not
    /// kept: no long text and no face template stays behind, whose person may be gone by then.
    /// </summary>
    public const int LargestValue = 256;

    // They end with their connection, which disposes them when it is closed.
    private static readonly ConditionalWeakTable<SqliteConnection, PreparedStatements> OfConnections = [];

    /// <summary>In the order in which they last ran.</summary>
    private readonly OrderedDictionary<string, SqliteCommand> _kept = [];

    /// <summary>What is kept.</summary>
    public IReadOnlyCollection<string> Kept => _kept.Keys;

    /// <summary>Those of a connection.</summary>
    public static PreparedStatements Of(SqliteConnection connection) => OfConnections.GetOrCreateValue(connection);

    /// <summary>Takes a statement: to keep or to dispose.</summary>
    public SqliteCommand Take(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_kept.Remove(sql, out var command))
        {
            command = connection.CreateCommand();
            // The statements are the program's own constants; values travel as parameters.
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
        }
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>Keeps a statement that ran to its end.</summary>
    public void Keep(SqliteCommand command)
    {
        var isSmall = true;
        foreach (SqliteParameter parameter in command.Parameters)
            isSmall &= parameter.Value is not (string { Length: > LargestValue } or byte[] { Length: > LargestValue });
        command.Parameters.Clear();
        // One that is in use twice at a time is compiled twice.
        if (!isSmall || !_kept.TryAdd(command.CommandText, command))
        {
            command.Dispose();
            return;
        }
        if (_kept.Count <= MaxKept)
            return;
        _kept.GetAt(0).Value.Dispose();
        _kept.RemoveAt(0);
    }
}
