using System.Runtime.InteropServices;

namespace Headroom.Vectors.Storage;

/// <summary>A file's name is durable only after its folder was written through; .NET opens no folders.</summary>
internal static partial class DurableFolder
{
    /// <exception cref="IOException">The device failed.</exception>
    public static void Flush(string folder)
    {
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"'{folder}' can't be opened to write it through to the device: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            if (Flush(descriptor) != 0)
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
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
