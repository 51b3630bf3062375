using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

public sealed class DamagedFileTests : IDisposable
{
    private const int Page = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("headroom-damaged").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_damaged_page_is_told_as_the_databases_fault_and_a_wrong_statement_as_the_programs()
    {
        var path = Path.Combine(_folder, "a.db");
        using (var database = new Database(path))
        {
            database.Migrate([new Migration("test", 1, "CREATE TABLE t (x TEXT UNIQUE)")]);
            for (var i = 0; i < 200; i++)
                await database.WriteAsync(
                    db => db.Execute("INSERT INTO t VALUES ($x)", ("$x", new string('x', 500) + i)), TestContext.Current.CancellationToken);
        }
        await using (var file = File.OpenWrite(path))
        {
            file.Position = 5 * Page;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, (int)file.Length - (5 * Page)).ToArray(), TestContext.Current.CancellationToken);
        }
        using var damaged = new Database(path);

        var read = await Assert.ThrowsAsync<DatabaseException>(
            () => damaged.ReadAsync(db => db.Query("SELECT x FROM t LIMIT 1000", r => r.GetString(0)), TestContext.Current.CancellationToken));
        Assert.Equal(DatabaseProblem.Failed, read.Problem);
        Assert.IsType<SqliteException>(read.InnerException);
        await Assert.ThrowsAsync<SqliteException>(
            () => damaged.ReadAsync(db => db.Query("SELECT nothing", r => r.GetString(0)), TestContext.Current.CancellationToken));
    }
}
