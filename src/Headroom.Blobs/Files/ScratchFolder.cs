using Headroom.Durability;

namespace Headroom.Blobs.Files;

/// <summary>
/// A folder on a real disk for files that have no name yet. It belongs to one process at a time; what an earlier one
/// left behind goes when it is opened.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly ByteSize _keepFree;
    private readonly FileStream _lock;
    private readonly DriveInfo _drive;

    /// <exception cref="BlobException">The folder is in memory, in use, or can't be written.</exception>
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
            _lock = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Sweep();
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

    private string NewName() => System.IO.Path.Combine(Path, Guid.NewGuid().ToString("N"));

    private void Sweep()
    {
        foreach (var left in Directory.EnumerateFileSystemEntries(Path))
        {
            if (left != _lock.Name)
                Remove(left);
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
