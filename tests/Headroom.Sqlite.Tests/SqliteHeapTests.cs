
namespace Headroom.Sqlite.Tests;

/// <summary>Alone: the limit is the process's.</summary>
[Collection(nameof(SqliteHeapTests)), CollectionDefinition(nameof(SqliteHeapTests), DisableParallelization = true)]
public sealed class SqliteHeapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;

    public SqliteHeapTests()
    {
        _database = new Database(_folder["a.db"]);
        _database.Migrate([new Migration("test", 1, "CREATE TABLE t (x BLOB); CREATE VIRTUAL TABLE words USING fts5 (text)")]);
        SqliteHeap.Limit(SqliteHeap.Used() + SqliteHeap.ConnectionsBytes);
    }

    public void Dispose()
    {
        SqliteHeap.Limit(0);
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_read_that_needs_more_than_there_is_fails_alone()
    {
        for (var i = 0; i < 10; i++)
        {
            var busy = await Assert.ThrowsAsync<DatabaseBusyException>(
                () => _database.ReadAsync(db => db.QuerySingle("SELECT hex(zeroblob(20000000))", r => r.GetString(0).Length)));
            Assert.Equal(DatabaseBusyReason.Memory, busy.Reason);
        }

        Assert.Equal(2_000, await _database.ReadAsync(db => db.QuerySingle("SELECT length(hex(zeroblob(1000)))", r => r.GetInt32(0))));
    }

    [Fact]
    public async Task A_write_that_needs_more_than_there_is_leaves_nothing_and_harms_no_other()
    {
        var tasks = Enumerable.Range(0, 8).Select(i => _database.WriteAsync(db =>
        {
            db.Execute("INSERT INTO t VALUES ($i)", ("$i", i));
            return i % 2 == 0 ? db.Execute("INSERT INTO t VALUES (hex(zeroblob(20000000)))") : 1;
        })).ToArray();

        for (var i = 0; i < tasks.Length; i++)
        {
            if (i % 2 == 0)
                Assert.Equal(DatabaseBusyReason.Memory, (await Assert.ThrowsAsync<DatabaseBusyException>(() => tasks[i])).Reason);
            else
                Assert.Equal(1, await tasks[i]);
        }

        Assert.Equal([1, 3, 5, 7], await _database.ReadAsync(db => db.Query("SELECT x FROM t ORDER BY x", r => r.GetInt32(0))));
    }

    [Fact]
    public async Task A_long_phrase_over_a_long_text_stays_within_the_limit()
    {
        SqliteHeap.Limit(0);
        await _database.WriteAsync(db => db.Execute("INSERT INTO words VALUES ($t)", ("$t", string.Concat(Enumerable.Repeat("b a ", 250_000)))));
        var most = SqliteHeap.Used() + SqliteHeap.ConnectionsBytes;
        SqliteHeap.Limit(most);
        SqliteHeap.MostUsed(reset: true);
        var phrase = '"' + string.Join('.', Enumerable.Repeat("b.a", 900)) + '"';

        var busy = await Assert.ThrowsAsync<DatabaseBusyException>(
            () => _database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM words WHERE words MATCH $q", r => r.GetInt32(0), ("$q", phrase))));

        Assert.Equal(DatabaseBusyReason.Memory, busy.Reason);
        Assert.InRange(SqliteHeap.MostUsed(reset: false), 1, most);
        Assert.Equal(1, await _database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM words WHERE words MATCH 'a'", r => r.GetInt32(0))));
    }
}
