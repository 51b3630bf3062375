using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>Some connections of a database that only some uses take, so that others can't keep them waiting. Thread-safe.</summary>
/// <param name="open">Opens a connection.</param>
/// <param name="connections">How many at most.</param>
/// <param name="most">How long a use may take, and may wait for a connection; null without a bound.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionLane(Func<SqliteConnection> open, int connections, TimeSpan? most, TimeProvider time) : IDisposable
{
    private readonly ConcurrentBag<(SqliteConnection Connection, ReadDeadline Deadline)> _idle = [];
    private readonly SemaphoreSlim _free = new(connections);

    /// <summary>Makes sure that the first connection can be opened.</summary>
    public void Open() => _idle.Add(OpenWatched());

    /// <summary>Uses a connection.</summary>
    /// <exception cref="DatabaseBusyException">It took too long, or SQLite's heap is full.</exception>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    public async Task<T> UseAsync<T>(Func<SqliteConnection, T> use, CancellationToken cancellationToken)
    {
        if (!await _free.WaitAsync(most ?? Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false))
            throw ReadDeadline.TooSlow();
        try
        {
            return Use(use, cancellationToken);
        }
        catch (SqliteException failure)
        {
            ReadDeadline.ThrowMeaning(failure, cancellationToken);
            throw;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes the connections that are not in use.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var idle))
            idle.Connection.Dispose();
        _free.Dispose();
    }

    private T Use<T>(Func<SqliteConnection, T> use, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out var taken))
            taken = OpenWatched();
        try
        {
            taken.Deadline.Begin(most, cancellationToken);
            var result = use(taken.Connection);
            taken.Deadline.End();
            _idle.Add(taken);
            return result;
        }
        catch
        {
            // Whatever state it is in, nobody gets this connection again; closing it rolls back, which must not be stopped.
            taken.Deadline.End();
            taken.Connection.Dispose();
            throw;
        }
    }

    private (SqliteConnection Connection, ReadDeadline Deadline) OpenWatched()
    {
        var connection = open();
        var deadline = new ReadDeadline(time);
        deadline.Attach(connection);
        return (connection, deadline);
    }
}
