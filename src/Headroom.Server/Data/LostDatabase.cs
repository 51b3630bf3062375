using Headroom.Sqlite;

namespace Headroom.Server.Data;

/// <summary>
/// Opens the database unless it is lost: one that is missing or empty, beside uploads, vectors or keys that only their
/// database gives a meaning. A new one in its place would look like a healthy server that has nobody and nothing.
/// </summary>
internal static class LostDatabase
{
    /// <summary>Opens the database, making it if this is the first start.</summary>
    /// <param name="database">The database, not open yet.</param>
    /// <param name="kept">Files, and folders with a slash behind, that belong to a database; those that are missing or empty count for nothing.</param>
    /// <exception cref="DatabaseException">It is lost, or can't be opened.</exception>
    public static void RefuseOrOpen(Database database, IEnumerable<string> kept)
    {
        var file = new FileInfo(database.Path);
        // Opening an empty file would delete the write-ahead log beside it.
        if (file is not { Exists: true, Length: > 0 })
            RefuseBeside(database.Path, file.Exists ? "is empty" : "is missing", kept);
        database.OpenOrCreate();
        if (!database.HasTables())
            RefuseBeside(database.Path, "holds nothing", kept);
    }

    private static void RefuseBeside(string path, string how, IEnumerable<string> kept)
    {
        var there = kept.Append(path + "-wal").Where(HoldsSomething).Select(Path.TrimEndingDirectorySeparator).ToList();
        if (there.Count > 0)
            throw new DatabaseException(
                DatabaseProblem.Unusable,
                $"The database '{path}' {how}, but there is what belongs to one: {string.Join(", ", there.Select(t => $"'{t}'"))}. "
                + "Restore the database from a backup. To begin with nothing instead, move all of these elsewhere first.");
    }

    private static bool HoldsSomething(string path) =>
        File.Exists(path) ? new FileInfo(path).Length > 0 : Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any();
}
