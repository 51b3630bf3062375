namespace Headroom.Sqlite.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_is_told_as_such_wherever_it_is_noticed_and_keeps_no_file_open()
    {
        using var disk = SmallDisk.CreateOrSkip(2048);
        using (var database = new Database(Path.Combine(disk.Path, "a.db")))
        {
            database.Migrate([new Migration("test", 1, "CREATE TABLE t (x BLOB)")]);
            for (var problems = 0; problems < 5;)
            {
                try
                {
                    // Small ones are noticed when they are committed, large ones while they are written.
                    await database.WriteAsync(
                        db => db.Execute($"INSERT INTO t VALUES (zeroblob({(problems % 2 == 0 ? 20_000 : 2_000_000)}))"),
                        TestContext.Current.CancellationToken);
                }
                catch (DatabaseException problem)
                {
                    Assert.Equal(DatabaseProblem.Full, problem.Problem);
                    problems++;
                }
            }
            Assert.True(
                await database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM t", r => r.GetInt32(0)), TestContext.Current.CancellationToken) > 0);
        }

        Assert.DoesNotContain(
            Directory.EnumerateFiles("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget),
            path => path?.StartsWith(disk.Path, StringComparison.Ordinal) == true);
    }
}
