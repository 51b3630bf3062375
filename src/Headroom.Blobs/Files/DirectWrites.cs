using System.Runtime.InteropServices;
using Headroom.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Files;

/// <summary>
/// Writes that go from memory to the device past the page cache (O_DIRECT). They cost half the processor time of others,
/// and leave no pages behind that have to be written and reclaimed. Not every file system takes them.
/// </summary>
internal static partial class DirectWrites
{
    /// <summary>What addresses, positions and lengths must be multiples of: the block of every usual device and file system.</summary>
    public const int BlockBytes = 4096;

    private const int SetStatusFlags = 4;

    private static int Direct => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    /// <summary>Tries it with a file in a folder.</summary>
    public static bool ArePossible(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        using var buffers = new PageBuffers(BlockBytes, 0);
        using var buffer = buffers.Rent();
        using var file = File.OpenHandle(
            Path.Combine(folder, ScratchNames.New()), FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        if (!TrySet(file, true))
            return false;
        try
        {
            RandomAccess.Write(file, buffer.Memory.Span, 0);
            return true;
        }
        catch (IOException)
        {
            // Blocks are larger here, or the file system said yes to the flag only. A full disk will say so again.
            return false;
        }
    }

    /// <summary>Switches a file over.</summary>
    /// <exception cref="IOException">It can't be.</exception>
    public static void Set(SafeFileHandle file, bool direct)
    {
        if (!TrySet(file, direct))
            throw new IOException($"The file can't be switched to direct writes: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    // The other flags that can be set so are for what no file here does.
    private static bool TrySet(SafeFileHandle file, bool direct) => Control(file, SetStatusFlags, direct ? Direct : 0) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, int command, nint flags);
}
