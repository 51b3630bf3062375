using System.Runtime.InteropServices;

namespace Headroom.Durability;

/// <summary>Folders whose entries survive a power failure: a name is durable only after its folder was synced, which .NET has no call for.</summary>
public static partial class DurableFolder
{
    /// <summary>Makes a folder and those above it; their names are durable when this returns.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The device failed.</exception>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(path)!;
        Create(parent);
        Directory.CreateDirectory(path);
        Flush(parent);
    }

    /// <summary>Writes the names in a folder through to the device.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The device failed.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void Flush(string path)
    {
        // Windows neither needs it nor opens folders so.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, 0);
        if (descriptor < 0)
            throw new DirectoryNotFoundException($"'{path}' can't be opened to write it through to the device: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"'{path}' could not be written through to the device: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// Makes a finished folder appear under its name whole or not at all, even when the power fails: its files are written through to the
    /// device, then it is renamed, then the rename is written through.
    /// </summary>
    /// <param name="folder">The finished folder; only its own files are written through, not those of folders in it.</param>
    /// <param name="target">Its name to be, on the same device.</param>
    /// <exception cref="IOException">The target exists, or the device failed.</exception>
    public static void Publish(string folder, string target)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }
        Flush(folder);
        Directory.Move(folder, target);
        Flush(Path.GetDirectoryName(target)!);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
