using Microsoft.Extensions.Time.Testing;

namespace Headroom.Sqlite.Tests;

public sealed class ReadDeadlineTests : IDisposable
{
    /// <summary>Runs until somebody stops it.</summary>
    private const string Endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly Database _database;

    public ReadDeadlineTests()
    {
        _database = new Database(_folder["a.db"], _clock);
        _database.Migrate([new Migration("test", 1, "CREATE TABLE t (x TEXT)")]);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_read_past_its_deadline_is_stopped_in_the_middle_of_a_statement()
    {
        var begun = new TaskCompletionSource();
        var read = RunAsync(begun, CancellationToken.None);
        await begun.Task;

        _clock.Advance(Database.MostOfARead + TimeSpan.FromSeconds(1));

        var busy = await Assert.ThrowsAsync<DatabaseBusyException>(() => read);
        Assert.Equal(DatabaseBusyReason.Deadline, busy.Reason);
        await Everything_works_Async();
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_leaves_frees_the_connection_in_the_middle_of_a_statement()
    {
        using var leaving = new CancellationTokenSource();
        // More than there are connections: some wait.
        var reads = Enumerable.Range(0, 8).Select(_ => RunAsync(leaving.Token)).ToArray();

        await leaving.CancelAsync();

        foreach (var read in reads)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await Everything_works_Async();
    }

    [Fact(Timeout = 60_000)]
    public async Task Whose_token_ends_after_its_read_stops_nobody_else()
    {
        using var mine = new CancellationTokenSource();
        for (var i = 0; i < 8; i++)
            await _database.ReadAsync(db => db.QuerySingle("SELECT 1", r => r.GetInt32(0)), mine.Token);

        await mine.CancelAsync();

        await Everything_works_Async();
    }

    [Fact(Timeout = 60_000)]
    public async Task Long_reads_stop_neither_the_reserve_nor_a_write()
    {
        using var leaving = new CancellationTokenSource();
        var reads = Enumerable.Range(0, 10).Select(_ => RunAsync(leaving.Token)).ToArray();

        Assert.Equal(1, await _database.ReadReservedAsync(db => db.QuerySingle("SELECT 1", r => r.GetInt32(0)), TestContext.Current.CancellationToken));
        Assert.Equal(1, await _database.WriteAsync(db => db.Execute("INSERT INTO t VALUES ('x')"), TestContext.Current.CancellationToken));

        Assert.All(reads, read => Assert.False(read.IsCompleted));
        await leaving.CancelAsync();
        await Task.WhenAll(reads.Select(read => Assert.ThrowsAnyAsync<OperationCanceledException>(() => read)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_write_has_no_deadline()
    {
        var written = await _database.WriteAsync(db =>
        {
            _clock.Advance(10 * Database.MostOfARead);
            return db.QuerySingle("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT max(i) FROM n", r => r.GetInt32(0));
        }, TestContext.Current.CancellationToken);

        Assert.Equal(20000, written);
    }

    private Task<long> RunAsync(CancellationToken cancellationToken) => RunAsync(null, cancellationToken);

    private Task<long> RunAsync(TaskCompletionSource? begun, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => _database.ReadAsync(db =>
        {
            begun?.SetResult();
            return db.QuerySingle(Endless, r => r.GetInt64(0));
        }, cancellationToken).GetAwaiter().GetResult(),
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>On every connection there is, the writer's too.</summary>
    private async Task Everything_works_Async()
    {
        using var together = new Barrier(4);
        var values = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => _database.ReadAsync(db =>
            {
                together.SignalAndWait();
                return db.QuerySingle(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT max(i) FROM n", r => r.GetInt32(0));
            }).GetAwaiter().GetResult(),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.All(values, v => Assert.Equal(20000, v));
        Assert.Equal(1, await _database.WriteAsync(db => db.Execute("INSERT INTO t VALUES ('x')")));
    }
}
