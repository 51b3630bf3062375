using System.Runtime.InteropServices;
using Headroom.Data.Sqlite;

namespace Headroom.Data.Tests.Sqlite;

public sealed partial class SqliteSleepTests
{
    [Fact]
    public void Who_waits_for_another_one_sleeps_for_a_millisecond_and_not_for_a_second()
    {
        using var folder = new TemporaryFolder();
        using var database = new Database(folder["a.db"]);

        Assert.True(SqliteSleep.Shorten());
        // SQLite says for how many milliseconds it slept; what it was compiled with knows whole seconds only.
        Assert.Equal(1, Sleep(1));
        Assert.Equal(25, Sleep(25));
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_sleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Sleep(int milliseconds);
}
