using Headroom.Durability;
using Headroom.Sqlite;

namespace Headroom.Server.Data;

/// <summary>The data folder while this server works in it: its owner's alone, and this process's alone whichever services are on.</summary>
internal sealed partial class DataFolder : IDisposable
{
    /// <summary>Whoever takes over waits at least as long.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private const int MostNamed = 5;

    private FolderLock? _lock;

    /// <summary>Makes the folder if it doesn't exist, takes it away from other users, and locks it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="masterKeys">The name of the key file, whose mode is not mended: that others could read it has to be told.</param>
    /// <param name="logger">Where it is told what can't be taken away.</param>
    /// <exception cref="FolderLockException">Another server works in it.</exception>
    /// <exception cref="IOException">It can't be made or locked.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write it.</exception>
    public void Open(string path, string masterKeys, ILogger logger)
    {
        Directory.CreateDirectory(path);
        _lock = FolderLock.Take(path);
        var open = FileModes.Tighten(path, masterKeys);
        if (open.Count > 0)
            LogOpen(logger, string.Join("; ", open.Take(MostNamed)), Math.Max(0, open.Count - MostNamed));
    }

    /// <summary>Insists that no successor has claimed the folder: to be called before each commit.</summary>
    /// <exception cref="DatabaseException">One has.</exception>
    public void RequireOwn()
    {
        if (_lock is not { IsCurrent: true })
            throw new DatabaseException(
                DatabaseProblem.Failed, "Another server takes over the data folder, and this one writes nothing more. Send the request again.");
    }

    /// <summary>Stops the application once a successor has claimed the folder, so that it can be let go.</summary>
    public async Task StopWhenSucceededAsync(IHostApplicationLifetime lifetime, TimeProvider time, ILogger logger)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        try
        {
            while (await timer.WaitForNextTickAsync(lifetime.ApplicationStopping))
            {
                if (!WasSucceeded())
                    continue;
                LogSucceeded(logger);
                lifetime.StopApplication();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // It stops for another reason.
        }
    }

    /// <summary>Lets the next server have the folder: to be called when nothing here writes any more.</summary>
    public void Dispose() => _lock?.Dispose();

    private bool WasSucceeded()
    {
        try
        {
            return _lock is not { IsCurrent: true, WasReplaced: false };
        }
        catch (IOException)
        {
            // No file can be opened now; whether somebody replaced the lock is asked again.
            return false;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Other users may be able to read what is in the data folder: {Open} (and {More} more) could not be made private. "
        + "New files are their owner's alone all the same. Where the platform sets the mode of a mount point, that is all that can be done here.")]
    private static partial void LogOpen(ILogger logger, string open, int more);

    [LoggerMessage(LogLevel.Warning, "Another server takes over the data folder. This one stops.")]
    private static partial void LogSucceeded(ILogger logger);
}
