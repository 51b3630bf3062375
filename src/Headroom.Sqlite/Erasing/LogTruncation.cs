using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Erasing;

/// <summary>
/// Empties the write-ahead log soon after something was removed: until then the log has the pages as they were before. What
/// is removed shortly after one another shares one emptying; while a reader holds the log it is tried again. Thread-safe.
/// </summary>
/// <param name="tryTruncate">Empties the log; false when a reader still needs it.</param>
/// <param name="time">The clock.</param>
internal sealed class LogTruncation(Func<Task<bool>> tryTruncate, TimeProvider time)
{
    /// <summary>So long after the first removal, for others to come along.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection waits for others as a rule.</summary>
    public static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(5);

    /// <summary>How long writers wait while readers hold the log; then it is tried again later.</summary>
    public static readonly TimeSpan WritersWait = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private bool _asked;
    private bool _running;
    private bool _disposed;

    /// <summary>Empties the log.</summary>
    /// <returns>False when a reader still needs it.</returns>
    /// <exception cref="SqliteException">The disk fails.</exception>
    public static bool TryRun(SqliteConnection connection, TimeSpan most)
    {
        // Not as a statement, which is kept: this one counts when it is compiled.
        _ = SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle, (int)most.TotalMilliseconds);
        try
        {
            return connection.QuerySingle("PRAGMA wal_checkpoint(TRUNCATE)", r => r.GetInt32(0)) == 0;
        }
        finally
        {
            _ = SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle, (int)UsualWait.TotalMilliseconds);
        }
    }

    /// <summary>Something was removed.</summary>
    public void Ask()
    {
        lock (_lock)
        {
            if (_disposed || _asked)
                return;
            _asked = true;
            _timer ??= time.CreateTimer(
                static truncation => _ = ((LogTruncation)truncation!).RunAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tries it for the last time if it is due, and never again.</summary>
    /// <param name="open">Opens a connection.</param>
    public void End(Func<SqliteConnection> open)
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
            if (!_asked && !_running)
                return;
        }
        try
        {
            using var connection = open();
            _ = TryRun(connection, LastWait);
        }
        catch (SqliteException)
        {
            // Then the next start does it.
        }
    }

    private async Task RunAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            // What is removed from now on asks anew.
            (_asked, _running) = (false, true);
        }
        var done = await TryAsync().ConfigureAwait(false);
        lock (_lock)
            _running = false;
        if (!done)
            Ask();
    }

    private async Task<bool> TryAsync()
    {
        try
        {
            return await tryTruncate().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        catch (Exception problem) when (problem is SqliteException or DatabaseException)
        {
            // A full disk for one. Whoever reads or writes is told by their own statements.
            return false;
        }
    }
}
