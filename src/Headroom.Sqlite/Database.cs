using System.Collections.Concurrent;
using Headroom.Sqlite.Checking;
using Headroom.Sqlite.Erasing;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>
/// One SQLite file in WAL mode: one writer at a time, a few readers beside it. The number of connections is bounded,
/// and so are each one's page cache (512 KiB) and the time of every read. The writer has a
/// connection of its own, and so have reads that everything else depends on. Thread-safe.
/// </summary>
public sealed class Database : IDisposable
{
    /// <summary>How long a read may take, and how long it may wait for its connection before.</summary>
    public static readonly TimeSpan MostOfARead = TimeSpan.FromSeconds(10);

    private const int Readers = 4;
    private const int ReservedReaders = 1;

    /// <summary>The most writes in one transaction: readers see none of them before all are there.</summary>
    private const int MaxTogether = 64;

    private readonly string _connectionString;
    private readonly ConnectionLane _general, _reserved, _writing;
    private readonly SemaphoreSlim _writer = new(1);
    private readonly ConcurrentQueue<PendingWrite> _pending = new();
    private readonly LogTruncation _truncation;

    /// <summary>Opens the file, creating it and its folder if they don't exist.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="time">The clock of deadlines; the system's when null.</param>
    /// <exception cref="DatabaseException">The file can't be opened or is not a database.</exception>
    public Database(string path, TimeProvider? time = null)
        : this(path, time ?? TimeProvider.System, open: true)
    {
    }

    private Database(string path, TimeProvider time, bool open)
    {
        SQLitePCL.Batteries_V2.Init();
        // Later connections must find the same file wherever the working directory is by then.
        Path = System.IO.Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, ForeignKeys = true }.ToString();
        _general = new ConnectionLane(Open, Readers, MostOfARead, time);
        _reserved = new ConnectionLane(Open, ReservedReaders, MostOfARead, time);
        _writing = new ConnectionLane(Open, 1, null, time);
        _truncation = new LogTruncation(() => TryTruncateLogAsync(), time);
        if (open)
            OpenOrCreate();
    }

    /// <summary>
    /// Names a file without touching it: for who has to look at it first. <see cref="OpenOrCreate"/> is to be called before
    /// anything is read or written.
    /// </summary>
    /// <param name="path">The file's path.</param>
    /// <param name="time">The clock of deadlines; the system's when null.</param>
    public static Database Closed(string path, TimeProvider? time = null) => new(path, time ?? TimeProvider.System, open: false);

    /// <summary>Opens the file, creating it and its folder if they don't exist.</summary>
    /// <exception cref="DatabaseException">The file can't be opened or is not a database.</exception>
    public void OpenOrCreate()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            _general.Open();
        }
        catch (Exception problem) when (problem is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException(
                DatabaseProblem.Unusable,
                $"The database '{Path}' can't be opened: {problem.Message} Check that the folder is writable and the file is a SQLite database.",
                problem);
        }
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>How often rows were met that are not what was written.</summary>
    public DamagedRows Damaged { get; } = new();

    /// <summary>
    /// Called before each commit, on the writer's thread: what it throws takes the transaction back, and reaches those who
    /// wrote. None by default; to be set before the first write.
    /// </summary>
    public Action? BeforeCommit { get; set; }

    /// <summary>Whether anything was ever written to the file: a database that nobody migrated has no table.</summary>
    /// <exception cref="DatabaseException">The disk fails, or the file is damaged.</exception>
    public bool HasTables() => ReadAsync(db => db.QuerySingle("SELECT count(*) FROM sqlite_schema", r => r.GetInt64(0)) > 0).GetAwaiter().GetResult();

    /// <summary>Brings a component's schema up to date, in one transaction.</summary>
    /// <exception cref="DatabaseException">The file was written by a newer version of the program.</exception>
    public void Migrate(IReadOnlyList<Migration> migrations)
    {
        using var connection = Open();
        SchemaVersions.BringUpToDate(connection, migrations, Path);
    }

    /// <summary>Reads; several reads may run beside one write.</summary>
    /// <param name="read">Stopped when it takes longer than <see cref="MostOfARead"/>.</param>
    /// <param name="cancellationToken">Gives up, also in the middle of a statement.</param>
    /// <exception cref="DatabaseBusyException">It took too long, or SQLite's heap is full.</exception>
    /// <exception cref="DatabaseException">The disk fails, or the file is damaged.</exception>
    /// <exception cref="SqliteException">The statement is wrong.</exception>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken = default) => _general.UseAsync(read, cancellationToken);

    /// <summary>
    /// The same with connections that <see cref="ReadAsync"/> never takes: for short reads that must not wait for long ones,
    /// as whose key it is.
    /// </summary>
    public Task<T> ReadReservedAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken = default) =>
        _reserved.UseAsync(read, cancellationToken);

    /// <summary>
    /// Writes: committed and on the disk when this returns, without a trace when it throws. Those who wait for the disk at
    /// the same time share a transaction, and so one wait; each still succeeds or fails alone.
    /// </summary>
    /// <param name="write">Called once, one at a time.</param>
    /// <param name="cancellationToken">Gives up while it waits; what has begun is brought to its end.</param>
    /// <exception cref="DatabaseBusyException">SQLite's heap is full.</exception>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    /// <exception cref="SqliteException">The statement is wrong, or a constraint does not hold.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new PendingWrite<T>(write);
        _pending.Enqueue(mine);
        try
        {
            await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (mine.TryTake())
                throw;
            return await mine.Task.ConfigureAwait(false);
        }
        try
        {
            // Whose turn comes writes what all have brought until then; often that was done before.
            if (!mine.Task.IsCompleted)
                await _writing.UseAsync(WriteTogether, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception) when (!mine.TryTake())
        {
            // It was told to those whose writes were among them.
        }
        finally
        {
            _writer.Release();
        }
        return await mine.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// The same for what removes or replaces something that must be gone: deleted content is overwritten with zeros in the
    /// file, and the log, which has it still, is emptied soon after: in a second, or as soon as no reader needs it any more.
    /// </summary>
    /// <param name="write">Called once, one at a time.</param>
    /// <param name="erases">Whether the result says that something was removed; always by default.</param>
    /// <param name="cancellationToken">Gives up while it waits; what has begun is brought to its end.</param>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<T> EraseAsync<T>(Func<SqliteConnection, T> write, Func<T, bool>? erases = null, CancellationToken cancellationToken = default)
    {
        var result = await WriteAsync(write, cancellationToken).ConfigureAwait(false);
        if (erases is null || erases(result))
            _truncation.Ask();
        return result;
    }

    /// <summary>Brings everything in the log into the file and empties the log.</summary>
    /// <param name="cancellationToken">Gives up while it waits for its turn.</param>
    /// <returns>False when a reader still needs the log.</returns>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    public async Task<bool> TryTruncateLogAsync(CancellationToken cancellationToken = default)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _writing.UseAsync(db => LogTruncation.TryRun(db, LogTruncation.WritersWait), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Empties the log in the background: what a killed program removed may be in it.</summary>
    public void TruncateLogSoon() => _truncation.Ask();

    /// <summary>
    /// Writes a file anew that a program wrote which did not overwrite what it removed; once, at a start, before the database
    /// is used. Takes about as long as copying the file twice.
    /// </summary>
    /// <param name="freeBytes">What is free on the file's disk.</param>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    public Rewriting RewriteOnce(long freeBytes)
    {
        using var connection = Open();
        var rewriting = OlderPages.RewriteOnce(connection, System.IO.Path.GetDirectoryName(Path)!, freeBytes);
        if (rewriting == Rewriting.Done)
            _truncation.Ask();
        return rewriting;
    }

    /// <summary>Empties the log if something was removed, and closes all connections.</summary>
    public void Dispose()
    {
        _truncation.End(Open);
        _general.Dispose();
        _reserved.Dispose();
        _writing.Dispose();
        _writer.Dispose();
    }

    private int WriteTogether(SqliteConnection connection)
    {
        var together = new List<PendingWrite>();
        while (together.Count < MaxTogether && _pending.TryDequeue(out var next))
        {
            if (next.TryTake())
                together.Add(next);
        }
        try
        {
            // Closing the connection rolls back. SQLite may have done so already, as when the disk is full, and the driver's
            // transaction fails then when it is disposed: the first problem is lost and the file stays open.
            connection.Execute("BEGIN IMMEDIATE");
            if (together.Count == 1)
                together[0].Run(connection);
            else
                together.ForEach(write => RunAlone(connection, write));
            BeforeCommit?.Invoke();
            connection.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            together.ForEach(write => write.Fail(failure));
            throw;
        }
        together.ForEach(write => write.Settle());
        return together.Count;
    }

    /// <summary>One of several in a transaction: when it fails, only what it did is taken back.</summary>
    private static void RunAlone(SqliteConnection connection, PendingWrite write)
    {
        connection.Execute("SAVEPOINT alone");
        try
        {
            write.Run(connection);
            connection.Execute("RELEASE alone");
        }
        catch (Exception failure) when (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            // After some failures, a full disk for one, SQLite has given up the whole transaction: those are everybody's.
            connection.Execute("ROLLBACK TO alone; RELEASE alone");
            write.Fail(failure);
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {LogTruncation.UsualWait.TotalMilliseconds}");
            // First of its command, as it is the first that reads the file: when the first statement has a result, failures of later ones are not told.
            connection.Execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                + "PRAGMA foreign_keys = ON; PRAGMA cache_size = -512; PRAGMA temp_store = FILE; PRAGMA mmap_size = 0; PRAGMA secure_delete = ON;");
            RowSum.AddTo(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
