using Headroom.Durability;

namespace Headroom.Blobs.Files;

/// <summary>
/// A folder on a real disk for files that have no name yet. It belongs to one process at a time; what an earlier one
/// left behind goes when it is opened, and a folder that holds anything else is refused.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly ByteSize _keepFree;
    private readonly FileStream _lock;
    private readonly DriveInfo _drive;

    /// <exception cref="BlobException">The folder is in memory, in use, holds something else, or can't be written.</exception>
    public ScratchFolder(string path, ByteSize keepFree, bool allowMemory)
    {
        Path = path;
        _keepFree = keepFree;
        if (!allowMemory)
            MemoryFileSystem.Refuse(path);
        try
        {
            DurableFolder.Create(path);
            _drive = new DriveInfo(path);
            RefuseUnmarked();
            _lock = new FileStream(System.IO.Path.Combine(path, ScratchNames.Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Sweep();
        }
        catch (BlobException)
        {
            _lock?.Dispose();
            throw;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _lock?.Dispose();
            throw new BlobException(
                BlobProblem.Refused, $"'{path}' can't be used: {problem.Message} Check that it is writable and that no other server uses it.", problem);
        }
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Makes a file with its space set aside.</summary>
    /// <param name="maxBytes">The most that will be written to it.</param>
    /// <exception cref="BlobException">Less space than that, and what is to stay free, is left.</exception>
    public ScratchFile CreateFile(long maxBytes)
    {
        // Files that are being written have their space already, so they are not counted twice here.
        var free = _drive.AvailableFreeSpace - _keepFree.Bytes;
        if (free < maxBytes)
            throw FileProblems.Full(Path, $"{maxBytes} bytes are needed, {Math.Max(free, 0)} are free beside the {_keepFree} that are kept free");
        return new ScratchFile(NewName(), maxBytes);
    }

    /// <summary>Removes a file or folder that others see, in one step; what remains after a crash goes at the next start.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryTakeAway(string path)
    {
        var here = NewName();
        try
        {
            if (Directory.Exists(path))
                Directory.Move(path, here);
            else
                File.Move(path, here);
            DurableFolder.Flush(System.IO.Path.GetDirectoryName(path)!);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        Remove(here);
        return true;
    }

    public void Dispose() => _lock.Dispose();

    private string NewName() => System.IO.Path.Combine(Path, ScratchNames.New());

    /// <summary>A folder that was never ours has no lock of ours; nothing is put into it.</summary>
    private void RefuseUnmarked()
    {
        if (!File.Exists(System.IO.Path.Combine(Path, ScratchNames.Lock)) && Left().FirstOrDefault() is { } stranger)
            throw Holds(stranger);
    }

    /// <summary>Looks at everything before anything goes.</summary>
    private void Sweep()
    {
        if (Left().FirstOrDefault(entry => !ScratchNames.IsOwn(entry)) is { } stranger)
            throw Holds(stranger);
        foreach (var left in Left())
            Remove(left.FullName);
    }

    private IEnumerable<FileSystemInfo> Left() => new DirectoryInfo(Path).EnumerateFileSystemInfos().Where(entry => !ScratchNames.Stays(entry));

    private BlobException Holds(FileSystemInfo stranger) => new(
        BlobProblem.Refused,
        $"'{Path}' holds '{stranger.Name}', which is not a file of what is on its way. That folder is emptied at every start, so it must hold nothing else: "
        + "move what is in it elsewhere, or name another folder.");

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
