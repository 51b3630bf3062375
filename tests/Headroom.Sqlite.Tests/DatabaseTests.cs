using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;

    public DatabaseTests()
    {
        _database = new Database(_folder["a.db"]);
        _database.Migrate(
            [
                new Migration(
                    "test",
                    1,
                    "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE); CREATE TABLE children (id INTEGER PRIMARY KEY, "
                    + "parent INTEGER NOT NULL REFERENCES parents (id))"),
            ]);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "5000")]
    [InlineData("cache_size", "-512")]
    [InlineData("mmap_size", "0")]
    public async Task Every_connection_is_durable_checked_and_bounded(string pragma, string expected)
    {
        // As many at once as there can be, so that each is another connection.
        using var together = new Barrier(4);

        var values = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Dedicated(() => _database.ReadAsync(db =>
        {
            together.SignalAndWait();
            return db.QuerySingle($"PRAGMA {pragma}", r => r.GetString(0));
        }))));

        Assert.All(values, v => Assert.Equal(expected, v));
    }

    [Fact]
    public async Task What_was_written_is_read_by_the_next_program()
    {
        await AddAsync("Ada");
        _database.Dispose();

        using var again = new Database(_folder["a.db"]);

        Assert.Equal(["Ada"], await again.ReadAsync(db => db.Query("SELECT name FROM parents", r => r.GetString(0))));
    }

    [Fact]
    public async Task A_write_that_throws_leaves_nothing_and_the_next_one_works()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.WriteAsync<int>(db =>
        {
            db.Execute("INSERT INTO parents (name) VALUES ('half')");
            throw new InvalidOperationException("changed my mind");
        }));

        Assert.Empty(await NamesAsync());
        await AddAsync("whole");
        Assert.Equal(["whole"], await NamesAsync());
    }

    [Fact]
    public async Task Failing_uses_do_not_poison_the_pool()
    {
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<SqliteException>(() => _database.ReadAsync(db => db.QuerySingle("SELECT nonsense", r => r.GetInt32(0))));
            await Assert.ThrowsAsync<SqliteException>(() => _database.WriteAsync(db => db.Execute("INSERT INTO children (parent) VALUES (77)")));
            // Left open by mistake: the connection must not come back with it.
            await Assert.ThrowsAsync<InvalidOperationException>(() => _database.ReadAsync<int>(db =>
            {
                db.Execute("BEGIN IMMEDIATE; INSERT INTO parents (name) VALUES ('ghost')");
                throw new InvalidOperationException("forgot it");
            }));
            await AddAsync($"n{i}");
        }

        Assert.Equal(20, (await NamesAsync()).Count);
    }

    [Fact]
    public async Task A_cancelled_wait_does_not_take_a_place()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.ReadAsync(_ => 0, cancelled.Token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.WriteAsync(_ => 0, cancelled.Token));
        }

        await AddAsync("Ada");
        Assert.Single(await NamesAsync());
    }

    [Fact]
    public async Task One_writer_and_many_readers_see_whole_states_only()
    {
        var writing = Task.Run(async () =>
        {
            // Two rows a transaction: an odd number is a half one.
            for (var i = 0; i < 50; i++)
            {
                await _database.WriteAsync(db =>
                {
                    db.Execute("INSERT INTO parents (name) VALUES ($n)", ("$n", $"{i}a"));
                    return db.Execute("INSERT INTO parents (name) VALUES ($n)", ("$n", $"{i}b"));
                });
            }
        });
        var reading = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            int count;
            do
            {
                count = await _database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM parents", r => r.GetInt32(0)));
                Assert.Equal(0, count % 2);
            }
            while (count < 100 && !writing.IsFaulted);
        }));

        await Task.WhenAll([writing, .. reading]);
        Assert.Equal(100, (await NamesAsync()).Count);
    }

    [Fact]
    public async Task Writers_take_turns()
    {
        await AddAsync("counter");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await _database.WriteAsync(db =>
                {
                    var value = db.QuerySingle("SELECT count(*) FROM children", r => r.GetInt32(0));
                    return db.Execute("INSERT INTO children (id, parent) VALUES ($id, 1)", ("$id", value + 1));
                });
            }
        })));

        Assert.Equal(80, await _database.ReadAsync(db => db.QuerySingle("SELECT max(id) FROM children", r => r.GetInt32(0))));
    }

    [Fact]
    public async Task There_are_never_more_than_four_connections()
    {
        var seen = new HashSet<SqliteConnection>(ReferenceEqualityComparer.Instance);
        var (running, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Dedicated(() => _database.ReadAsync(db =>
        {
            lock (seen)
            {
                seen.Add(db);
                most = Math.Max(most, ++running);
            }
            var rows = db.Query("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n", r => r.GetInt32(0));
            lock (seen)
                running--;
            return rows.Count;
        }))));

        Assert.InRange(seen.Count, 1, 4);
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task Values_are_never_part_of_the_statement()
    {
        const string Name = "x'); DROP TABLE parents; --";
        await AddAsync(Name);

        Assert.Equal([Name], await NamesAsync());
    }

    [Fact]
    public async Task Nothing_is_null_both_ways()
    {
        Assert.Null(await _database.ReadAsync(db => db.QuerySingle("SELECT $v", r => r.GetStringOrNull(0), ("$v", null))));
        Assert.Null(await _database.ReadAsync(db => db.QuerySingle("SELECT name FROM parents", r => r.GetString(0))));
    }

    [Fact]
    public async Task The_same_file_is_used_wherever_the_program_goes_later()
    {
        Assert.True(Path.IsPathFullyQualified(_database.Path));
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder["relative.db"]);

        using var database = new Database(relative);

        Assert.Equal(_folder["relative.db"], database.Path);
        Assert.Equal(_folder["relative.db"], await database.ReadAsync(db => db.DataSource));
    }

    /// <summary>A thread of its own: the pool's would be too few to be at the same place at once.</summary>
    private static Task<T> Dedicated<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(() => work().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Task<int> AddAsync(string name) => _database.WriteAsync(db => db.Execute("INSERT INTO parents (name) VALUES ($n)", ("$n", name)));

    private Task<IReadOnlyList<string>> NamesAsync() => _database.ReadAsync(db => db.Query("SELECT name FROM parents", r => r.GetString(0)));
}
