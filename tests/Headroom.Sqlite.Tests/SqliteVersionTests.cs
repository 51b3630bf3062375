using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

/// <summary>What is expected of the native library that the package brings; a new one must keep it.</summary>
public sealed partial class SqliteVersionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;

    public SqliteVersionTests() => _database = new Database(_folder["a.db"]);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_write_ahead_log_is_that_of_a_version_that_does_not_corrupt_it()
    {
        // Before 3.51.3 two connections could reset the log at once: https://sqlite.org/wal.html#walresetbug
        var version = await _database.ReadAsync(
            db => db.QuerySingle("SELECT sqlite_version()", r => Version.Parse(r.GetString(0))), TestContext.Current.CancellationToken);

        Assert.True(version >= new Version(3, 51, 3), $"SQLite {version}");
    }

    [Fact]
    public void Who_waits_for_another_one_sleeps_for_a_millisecond_and_not_for_a_second() =>
        // It says for how long it slept. Compiled without usleep it knows whole seconds only.
        Assert.Equal(1, Sleep(1));

    [Fact]
    public async Task A_text_in_double_quotes_is_no_text()
    {
        // A misspelt column must be an error; SQLite takes it for a text where it is compiled to.
        var problem = await Assert.ThrowsAsync<SqliteException>(
            () => _database.ReadAsync(db => db.QuerySingle("SELECT \"no such column\"", r => r.GetString(0)), TestContext.Current.CancellationToken));

        Assert.Contains("no such column", problem.Message, StringComparison.Ordinal);
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_sleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Sleep(int milliseconds);
}
