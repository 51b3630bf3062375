using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

/// <summary>Writes that wait at the same time share a transaction.</summary>
public sealed class SharedWriteTests : IDisposable
{
    private const int Waiting = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;

    public SharedWriteTests()
    {
        _database = new Database(_folder["a.db"]);
        _database.Migrate([new Migration("test", 1, "CREATE TABLE names (name TEXT UNIQUE)")]);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Writes_that_waited_together_cost_one_transaction()
    {
        await AddAsync("before");
        var before = Commits();

        await HoldingTheWriterAsync(() => [.. Enumerable.Range(0, Waiting).Select(i => AddAsync($"{i}"))]);

        Assert.Equal(1 + Waiting, (await NamesAsync()).Count);
        Assert.Equal(before + 1, Commits());
    }

    [Fact]
    public async Task One_that_fails_takes_nobody_with_it_and_leaves_nothing()
    {
        Task<int>[] writes = [];
        await HoldingTheWriterAsync(() => writes =
        [
            AddAsync("first"),
            _database.WriteAsync<int>(db =>
            {
                db.Execute("INSERT INTO names VALUES ('half')");
                throw new InvalidOperationException("changed my mind");
            }),
            AddAsync("first"),
            AddAsync("last"),
        ]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => writes[1]);
        await Assert.ThrowsAsync<SqliteException>(() => writes[2]);
        Assert.Equal(["first", "last"], await NamesAsync());
    }

    [Fact]
    public async Task When_the_transaction_is_lost_all_that_shared_it_are_told_and_the_next_one_works()
    {
        Task<int>[] writes = [];
        await HoldingTheWriterAsync(() => writes =
        [
            AddAsync("first"),
            _database.WriteAsync<int>(db =>
            {
                db.Execute("ROLLBACK");
                throw new InvalidOperationException("the disk is full");
            }),
            AddAsync("last"),
        ]);

        foreach (var write in writes)
            await Assert.ThrowsAsync<InvalidOperationException>(() => write);
        Assert.Empty(await NamesAsync());
        await AddAsync("next");
        Assert.Equal(["next"], await NamesAsync());
    }

    [Fact]
    public async Task Who_gives_up_while_waiting_writes_nothing()
    {
        using var impatience = new CancellationTokenSource();
        Task<int>[] writes = [];
        await HoldingTheWriterAsync(() =>
        {
            writes = [AddAsync("patient"), AddAsync("impatient", impatience.Token)];
            impatience.Cancel();
            // Once it has given up the writer may go on: before, it could still be taken along.
            Assert.True(((IAsyncResult)writes[1]).AsyncWaitHandle.WaitOne(TimeSpan.FromMinutes(1)));
            return writes;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writes[1]);
        Assert.Equal(["patient"], await NamesAsync());
    }

    /// <summary>Begins writes while another one is at work, and waits for their ends, good or bad.</summary>
    private async Task HoldingTheWriterAsync(Func<Task<int>[]> begin)
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var holder = Task.Factory.StartNew(
            () => _database.WriteAsync(_ =>
            {
                entered.Set();
                leave.Wait();
                return 0;
            }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        entered.Wait();
        var writes = begin();
        leave.Set();
        await holder;
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    private Task<int> AddAsync(string name, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(db => db.Execute("INSERT INTO names VALUES ($n)", ("$n", name)), cancellationToken);

    private Task<IReadOnlyList<string>> NamesAsync() => _database.ReadAsync(db => db.Query("SELECT name FROM names ORDER BY rowid", r => r.GetString(0)));

    /// <summary>
    /// Frames of the write-ahead log that end a transaction: those that say how large the database is then
    /// (sqlite.org/fileformat2.html, 4.1).
    /// </summary>
    private int Commits()
    {
        using var log = new FileStream(_folder["a.db-wal"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[log.Length];
        log.ReadExactly(bytes);
        const int header = 32, frameHeader = 24, page = 4096;
        var commits = 0;
        for (var at = header; at + frameHeader <= bytes.Length; at += frameHeader + page)
            commits += BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)) > 0 ? 1 : 0;
        return commits;
    }
}
