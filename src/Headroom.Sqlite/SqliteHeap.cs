using System.Runtime.InteropServices;

namespace Headroom.Sqlite;

/// <summary>
/// The hard limit of SQLite's heap: of all connections of the process together, their page caches, statements, and what
/// runs in them (https://sqlite.org/c3ref/hard_heap_limit64.html). Who would go beyond it gets error 7, and the connection
/// goes on.
/// </summary>
public static partial class SqliteHeap
{
    /// <summary>Of connections, in bytes: their page caches and statements, and short reads and writes. At most 1 MB each (measured).</summary>
    public const long ConnectionsBytes = 6L * 1024 * 1024;

    /// <summary>
    /// Beside them of an index of words (FTS5) over texts of up to 1 MB, in bytes. Measured (SQLite 3.35): a text with as many
    /// different words as it can have takes 34 MB in all while it is written, one at a time; to rank a text that repeats one
    /// letter takes 7 MB. Both go on at once; two such searches beside such a write may not.
    /// </summary>
    public const long FullTextBytes = 34L * 1024 * 1024;

    /// <summary>Sets the limit, for good.</summary>
    /// <param name="bytes">At least <see cref="ConnectionsBytes"/> are needed.</param>
    public static void Limit(long bytes) => _ = SetLimit(bytes);

    /// <summary>What SQLite's heap holds now, in bytes.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_memory_used")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    internal static partial long Used();

    /// <summary>The most that it held since the last reset, in bytes.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_memory_highwater")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    internal static partial long MostUsed([MarshalAs(UnmanagedType.Bool)] bool reset);

    /// <summary>Sets the limit; a negative one only asks.</summary>
    /// <returns>The limit before.</returns>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_hard_heap_limit64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    internal static partial long SetLimit(long bytes);
}
