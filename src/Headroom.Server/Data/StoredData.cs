using Headroom.Keys;
using Headroom.Sqlite;
using Headroom.Sqlite.Erasing;
using Headroom.Web.Modules;

namespace Headroom.Server.Data;

/// <summary>What is done with the data between opening and serving it, at every start.</summary>
internal sealed partial class StoredData(Database database, IReadOnlyList<ServiceModule> modules, IServiceProvider services, ILogger<StoredData> logger)
{
    /// <summary>Lets the services that are on prepare their rows, and sees to it that nothing is left of what was removed.</summary>
    /// <exception cref="MasterKeyException">Rows are encrypted under a master key that is missing.</exception>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var module in modules)
        {
            if (module.Prepare is { } prepare)
                await prepare(services, cancellationToken);
        }
        // After the services, whose older rows were not encrypted.
        Rewrite();
        // What a killed server removed is in the log.
        if (!await database.TryTruncateLogAsync(cancellationToken))
            database.TruncateLogSoon();
    }

    private void Rewrite()
    {
        var started = TimeProvider.System.GetTimestamp();
        switch (database.RewriteOnce(new DriveInfo(Path.GetDirectoryName(database.Path)!).AvailableFreeSpace))
        {
            case Rewriting.Done:
                LogRewritten(database.Path, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
                break;
            case Rewriting.NoRoom:
                LogNoRoom(database.Path, new FileInfo(database.Path).Length / (1024 * 1024));
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "'{Path}' was written anew once, in {Seconds:0.0} s: earlier versions left in it what was removed.")]
    private partial void LogRewritten(string path, double seconds);

    [LoggerMessage(
        LogLevel.Warning,
        "'{Path}' ({Megabytes} MB) can hold what was removed by earlier versions. Writing it anew once takes twice its size on its disk, "
        + "which is not free; it is tried again at the next start. Make room, then restart.")]
    private partial void LogNoRoom(string path, long megabytes);
}
