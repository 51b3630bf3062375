using Headroom.AspNetCore.Status;
using Headroom.Sqlite;

namespace Headroom.Server;

/// <summary>Asks the database, on a connection of the reserve, whether it answers. One question at a time: of a disk that hangs nobody asks twice.</summary>
internal sealed class DatabaseReadiness(Database database, TimeProvider time) : IReadiness
{
    /// <summary>Longer takes no read of one row on a disk that works.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task? _asked;

    public async ValueTask<string?> NotReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Ask().WaitAsync(Patience, time, cancellationToken);
            return null;
        }
        catch (TimeoutException)
        {
            return $"The database did not answer within {Patience.TotalSeconds:0} s.";
        }
        catch (Exception failure) when (failure is Microsoft.Data.Sqlite.SqliteException or DatabaseException)
        {
            return "The database can't be read; the server's operator finds out more with the command «headroom keys list».";
        }
    }

    private Task Ask()
    {
        lock (_lock)
        {
            if (_asked is null or { IsCompleted: true })
                _asked = Task.Run(() => database.ReadReservedAsync(db => db.QuerySingle("SELECT count(*) FROM schema_versions", r => r.GetInt32(0))));
            return _asked;
        }
    }
}
