using System.Runtime.InteropServices;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.Writing;

/// <summary>Memory for one encrypted segment, straight from the kernel: mmap(2).</summary>
internal static partial class Pages
{
    private const int ReadWrite = 1 | 2;
    private const int Private = 2;

    /// <summary>An encrypted segment, rounded up to whole pages.</summary>
    public static readonly long SegmentBytes = (PartLayout.EncryptedSegmentBytes + Environment.SystemPageSize - 1L) / Environment.SystemPageSize * Environment.SystemPageSize;

    private static int Anonymous => OperatingSystem.IsLinux() ? 0x20 : 0x1000;

    /// <summary>Takes the pages.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives none.</exception>
    public static nint Map()
    {
        var address = Map(0, (nuint)SegmentBytes, ReadWrite, Private | Anonymous, -1, 0);
        return address != -1 ? address : throw new InvalidOperationException("The kernel gives no memory for another upload.");
    }

    /// <summary>Gives them back.</summary>
    public static void Unmap(nint address) => _ = Unmap(address, (nuint)SegmentBytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
