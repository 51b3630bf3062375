using System.Runtime.InteropServices;

namespace Headroom.Buffers;

/// <summary>Memory straight from the kernel, and straight back: mmap(2).</summary>
internal static partial class Pages
{
    private const int ReadWrite = 1 | 2;
    private const int Private = 2;

    private static int Anonymous => OperatingSystem.IsLinux() ? 0x20 : 0x1000;

    /// <summary>A length, rounded up to whole pages.</summary>
    public static long Round(long bytes) => (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize;

    /// <summary>Takes pages. They count once they are written to.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives none.</exception>
    public static nint Map(long bytes)
    {
        var address = Map(0, (nuint)bytes, ReadWrite, Private | Anonymous, -1, 0);
        return address != -1 ? address : throw new InvalidOperationException($"The kernel gives no memory for another buffer of {new ByteSize(bytes)}.");
    }

    /// <summary>Gives them back.</summary>
    public static void Unmap(nint address, long bytes) => _ = Unmap(address, (nuint)bytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
