using System.Runtime.InteropServices;

namespace Headroom.Measuring;

/// <summary>
/// The C library's heap, from which native libraries allocate: how large it is, and how to make it give memory back.
/// Only glibc can tell and be told; elsewhere everything here does nothing (malloc_trim(3), mallinfo(3), mallopt(3)).
/// </summary>
public static partial class NativeHeap
{
    private const int OptionMmapThreshold = -3;
    private const int OptionTrimThreshold = -1;

    /// <summary>
    /// Keeps the heap small: blocks of 64 KiB and more are mapped on their own, so that freeing them gives them back
    /// at once. Call it first in Main. How many arenas there are only the variable MALLOC_ARENA_MAX can tell the C library.
    /// </summary>
    public static void KeepSmall() => IfSupported(static () =>
    {
        // Setting them also turns off that they grow by themselves.
        _ = mallopt(OptionMmapThreshold, 64 * 1024);
        return mallopt(OptionTrimThreshold, 256 * 1024);
    });

    /// <summary>Gives free pages back to the kernel.</summary>
    public static void Trim() => IfSupported(static () => malloc_trim(0));

    /// <summary>Bytes that all arenas took from the kernel, given back by a trim or not.</summary>
    internal static long ArenaBytes => IfSupported(static () => (long)mallinfo2().Arena);

    /// <summary>Bytes of large blocks, which are mapped on their own.</summary>
    internal static long MappedBytes => IfSupported(static () => (long)mallinfo2().MappedBytes);

    private static T? IfSupported<T>(Func<T> call)
    {
        if (!OperatingSystem.IsLinux())
            return default;
        try
        {
            return call();
        }
        catch (EntryPointNotFoundException)
        {
            return default;
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    private static partial MallocInfo mallinfo2();

    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastBins;
        public nuint MappedBlocks;
        public nuint MappedBytes;
        public nuint Unused;
        public nuint FastBinBytes;
        public nuint Used;
        public nuint Free;
        public nuint Keepable;
    }
}
