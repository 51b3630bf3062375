using System.Runtime.InteropServices;

namespace Headroom.Uploads.Keys;

/// <summary>Writes a file's name through to the device. .NET opens no folders, so the system is asked.</summary>
internal static partial class Folder
{
    /// <summary>Makes the creation or renaming of a file survive a power failure.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public static void Flush(string file)
    {
        // Windows keeps names in a journal.
        if (OperatingSystem.IsWindows())
            return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"'{folder}' can't be opened to write it through to the device: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"'{folder}' could not be written through to the device: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
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
