using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Erasing;

/// <summary>
/// Programs before secure deletion left what was removed in free pages and gaps of pages. The whole file is written anew
/// once, and that it was is recorded in the file.
/// </summary>
internal static class OlderPages
{
    /// <summary>Beside the versions of components, in the same table.</summary>
    private const string Component = "secure_delete";

    /// <summary>Beside the copy and the log.</summary>
    private const long Spare = 16L * 1024 * 1024;

    /// <summary>Records that there are none, or none any more.</summary>
    public static void Record(SqliteConnection connection) =>
        connection.Execute("INSERT OR REPLACE INTO schema_versions VALUES ($c, 1)", ("$c", Component));

    /// <summary>Writes the file anew if it is as older programs left it.</summary>
    /// <param name="connection">A connection that nobody else uses.</param>
    /// <param name="folder">Where the copy goes, unseen: a folder for temporary files may be memory.</param>
    /// <param name="freeBytes">What is free on its disk.</param>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged or in use.</exception>
    public static Rewriting RewriteOnce(SqliteConnection connection, string folder, long freeBytes)
    {
        if (connection.QuerySingle("SELECT version FROM schema_versions WHERE component = $c", r => r.GetInt32(0), ("$c", Component)) > 0)
            return Rewriting.NotNeeded;
        if (freeBytes < RoomNeeded(connection))
            return Rewriting.NoRoom;
        try
        {
            Rewrite(connection, folder);
            Record(connection);
            return Rewriting.Done;
        }
        catch (SqliteException failure)
        {
            ReadDeadline.ThrowMeaning(failure, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What it takes on the disk, in bytes: a copy beside it, and the log.</summary>
    private static long RoomNeeded(SqliteConnection connection)
    {
        var pages = connection.QuerySingle("PRAGMA page_count", r => r.GetInt64(0)) - connection.QuerySingle("PRAGMA freelist_count", r => r.GetInt64(0));
        return (2 * pages * connection.QuerySingle("PRAGMA page_size", r => r.GetInt64(0))) + Spare;
    }

    private static void Rewrite(SqliteConnection connection, string folder)
    {
        SetTemporaryFolder(connection, folder.Replace("'", "''", StringComparison.Ordinal));
        try
        {
            connection.Execute("VACUUM");
        }
        finally
        {
            SetTemporaryFolder(connection, "");
        }
    }

    /// <summary>For the whole process (https://sqlite.org/c3ref/temp_directory.html). A pragma takes no parameters, and is not to be kept.</summary>
    private static void SetTemporaryFolder(SqliteConnection connection, string folder)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = $"PRAGMA temp_store_directory = '{folder}'";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
