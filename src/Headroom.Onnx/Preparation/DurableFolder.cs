using System.Runtime.InteropServices;

namespace Headroom.Onnx;

/// <summary>Makes a finished folder appear under its name whole or not at all, even when the power fails.</summary>
internal static partial class DurableFolder
{
    /// <summary>Writes the folder and its files through to the device, then renames it, then writes the rename through.</summary>
    /// <exception cref="IOException">The target exists, or the device failed.</exception>
    public static void Publish(string folder, string target)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }
        FlushFolder(folder);
        Directory.Move(folder, target);
        FlushFolder(Path.GetDirectoryName(target)!);
    }

    // .NET opens no folders; a rename is durable only after its folder was synced.
    private static void FlushFolder(string folder)
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
