namespace Headroom.Durability;

/// <summary>
/// A folder that one process at a time may change: a file <c>lock</c> in it is locked (flock(2)) for as long as this
/// exists, and no longer than its process. The file says which generation of holders this one is. Who is to replace a
/// holder claims the next generation and waits until the lock is free; a holder that finds a higher generation than its
/// own stops writing and lets go. So two never write, however slow one of them is. Linux and macOS. Thread-safe.
/// </summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>The file's name.</summary>
    public const string FileName = "lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly LockFile _file;
    private readonly LockHolder _mine;

    private FolderLock(string folder, LockFile file, LockHolder mine) => (_folder, _file, _mine) = (folder, file, mine);

    /// <summary>Which holder this is, counted from 1 since the file was made.</summary>
    public long Generation => _mine.Generation;

    /// <summary>
    /// Whether nobody has claimed the folder since. False: write no more, and dispose this when what was begun has ended.
    /// To be asked before each write that matters; it takes one read of a file that is open, some microseconds.
    /// </summary>
    public bool IsCurrent
    {
        get
        {
            try
            {
                // Whoever empties the file claims nothing.
                return _file.Read() is not { } found || found == _mine;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Takes a folder that nobody holds.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <exception cref="FolderLockException">Another process holds it.</exception>
    /// <exception cref="IOException">The file can't be made, or its file system has no locks.</exception>
    public static FolderLock Take(string folder)
    {
        folder = Path.GetFullPath(folder);
        var file = LockFile.Open(folder);
        try
        {
            using (file.Turn())
            {
                if (!file.TryLock())
                    throw new FolderLockException($"Another process works in the folder '{folder}'. Stop that one first, or use another folder.");
                return new FolderLock(folder, file, file.Write((file.Read()?.Generation ?? 0) + 1));
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes a folder over: claims the generation after the holder's, and waits until the holder has let go, as it does once
    /// it notices, or has ended. There is no way back: a holder stops even when its successor gives up.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="predecessor">Whose place this is: the <see cref="Generation"/> of the holder, or of the last one.</param>
    /// <param name="time">The clock of waiting.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="FolderLockException">Another generation is there already: somebody else took over.</exception>
    /// <exception cref="IOException">The file can't be made, or its file system has no locks.</exception>
    /// <exception cref="OperationCanceledException">Gave up; the holder has been told to stop all the same.</exception>
    public static async Task<FolderLock> SucceedAsync(
        string folder, long predecessor, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        folder = Path.GetFullPath(folder);
        var file = LockFile.Open(folder);
        try
        {
            var mine = Claim(folder, file, predecessor);
            while (!file.TryLock())
            {
                Require(folder, file, mine);
                await Task.Delay(Pause, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            Require(folder, file, mine);
            return new FolderLock(folder, file, mine);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The generation that a folder's file names: of its holder, of who has claimed it, or of the last one.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>0 when there is none.</returns>
    public static long FindGeneration(string folder) => LockFile.Find(Path.GetFullPath(folder))?.Generation ?? 0;

    /// <summary>
    /// Whether the file in the folder is another holder's: somebody removed the file, and so let two processes have the
    /// folder. One that is missing is nobody's. To be asked now and then beside <see cref="IsCurrent"/>, which can't see that.
    /// </summary>
    public bool WasReplaced => LockFile.Find(_folder) is { } found && found != _mine;

    /// <summary>Lets the next one have the folder. Nothing of this process may write to it any more.</summary>
    public void Dispose() => _file.Dispose();

    private static LockHolder Claim(string folder, LockFile file, long predecessor)
    {
        using (file.Turn())
        {
            var found = file.Read()?.Generation ?? 0;
            return found == predecessor
                ? file.Write(predecessor + 1)
                : throw new FolderLockException(
                    $"The folder '{folder}' can't be taken over from generation {predecessor}: {found} is there. Somebody else took over, or is about to.");
        }
    }

    private static void Require(string folder, LockFile file, LockHolder mine)
    {
        if (file.Read() is { } found && found != mine)
            throw new FolderLockException($"The folder '{folder}' was taken over by generation {found.Generation} while {mine.Generation} waited for it.");
    }
}
