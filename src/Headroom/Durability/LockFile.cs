using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Durability;

/// <summary>
/// The file of a <see cref="FolderLock"/>. It is opened without .NET's own locks, which would keep out those who only
/// want to read which generation there is, and is never handed to a child process, which would hold the lock on.
/// </summary>
internal sealed partial class LockFile : IDisposable
{
    private const int ReadWrite = 2;
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Interrupted = 4;

    private readonly string _folder;
    private readonly SafeFileHandle _file;

    private LockFile(string folder, SafeFileHandle file) => (_folder, _file) = (folder, file);

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    private static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <exception cref="IOException">It can't be made or opened.</exception>
    public static LockFile Open(string folder)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
            Create(path);
        return new LockFile(folder, OpenHandle(path, ReadWrite));
    }

    /// <returns>What the folder's file says now; null when there is none, or nothing in it.</returns>
    public static LockHolder? Find(string folder)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
            return null;
        using var file = new LockFile(folder, OpenHandle(path, 0));
        return file.Read();
    }

    /// <returns>False when somebody else has it.</returns>
    /// <exception cref="IOException">The file system has no locks.</exception>
    public bool TryLock()
    {
        if (Flock(_file, Exclusive | NonBlocking) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw NoLocks(PathIn(_folder));
    }

    /// <summary>
    /// Lets one process at a time read and rewrite the file, which who claims it does while another holds the lock: the
    /// folder is locked meanwhile.
    /// </summary>
    public IDisposable Turn()
    {
        var folder = OpenHandle(_folder, 0);
        while (Flock(folder, Exclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() == Interrupted)
                continue;
            folder.Dispose();
            throw NoLocks(_folder);
        }
        return folder;
    }

    public LockHolder? Read()
    {
        Span<byte> bytes = stackalloc byte[LockHolder.MaxBytes];
        return LockHolder.Parse(bytes[..RandomAccess.Read(_file, bytes, 0)]);
    }

    /// <summary>Enters a holder.</summary>
    public LockHolder Write(long generation)
    {
        var holder = new LockHolder(generation, Guid.NewGuid());
        var bytes = holder.ToBytes();
        // Cut off afterwards: an empty file would say that nobody has claimed anything.
        RandomAccess.Write(_file, bytes, 0);
        RandomAccess.SetLength(_file, bytes.Length);
        // A generation that a power failure took back would be given out twice.
        RandomAccess.FlushToDisk(_file);
        DurableFolder.Flush(_folder);
        return holder;
    }

    public void Dispose() => _file.Dispose();

    private static string PathIn(string folder) => Path.Combine(folder, FolderLock.FileName);

    private static void Create(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }

    private static SafeFileHandle OpenHandle(string path, int flags)
    {
        var descriptor = Open(path, flags | CloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"'{path}' can't be opened: {Marshal.GetLastPInvokeErrorMessage()}. Check that this user may write it.");
    }

    private static IOException NoLocks(string path) => new(
        $"'{path}' can't be locked: {Marshal.GetLastPInvokeErrorMessage()}. Nothing would keep two processes apart there; use a folder on a local disk.");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
