using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>Statements in one line each. Values always travel as parameters.</summary>
public static class SqliteCommands
{
    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Run(connection, sql, parameters, 0, static (command, _) => command.ExecuteNonQuery());

    /// <summary>Runs a query and keeps every row: only for queries with a limit.</summary>
    public static IReadOnlyList<T> Query<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Run(connection, sql, parameters, map, static (command, map) =>
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(map(reader));
            return rows;
        });

    /// <summary>Runs a query of any length and shows every row once.</summary>
    public static void Visit(
        this SqliteConnection connection, string sql, Action<SqliteDataReader> visit, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Run(connection, sql, parameters, visit, static (command, visit) =>
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
                visit(reader);
            return true;
        });

    /// <summary>Runs a query that gives one row at most.</summary>
    /// <returns>The default value when there is none.</returns>
    public static T? QuerySingle<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Run(connection, sql, parameters, map, static (command, map) =>
        {
            using var reader = command.ExecuteReader();
            return reader.Read() ? map(reader) : default;
        });

    /// <summary>A text column that may be null.</summary>
    public static string? GetStringOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A column of a row that may be damaged, as a text; empty when it is none.</summary>
    public static string GetTextOrEmpty(this SqliteDataReader reader, int column) => reader.GetValue(column) as string ?? "";

    private static TResult Run<TState, TResult>(
        SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters, TState state, Func<SqliteCommand, TState, TResult> run)
    {
        var statements = PreparedStatements.Of(connection);
        var command = statements.Take(connection, sql, parameters);
        try
        {
            var result = run(command, state);
            statements.Keep(command);
            return result;
        }
        catch
        {
            command.Dispose();
            throw;
        }
    }
}
