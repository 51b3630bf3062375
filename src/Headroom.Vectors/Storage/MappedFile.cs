using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Vectors.Storage;

/// <summary>
/// A file seen as memory, read-only and shared: clean pages that the kernel drops and reads again as it likes (mmap(2)).
/// It may reach beyond the file's end, so that a file can grow without being mapped again; only what is inside the file
/// may be touched.
/// </summary>
internal sealed unsafe partial class MappedFile : SafeHandle
{
    private const int ProtectRead = 1;
    private const int MapShared = 1;
    private const int AdviseRandom = 1;

    private readonly long _length;

    /// <param name="file">What to map.</param>
    /// <param name="length">Bytes from its beginning.</param>
    /// <param name="random">Whether to read ahead would be a waste: single rows are read here and there.</param>
    /// <exception cref="IOException">The kernel refused.</exception>
    public MappedFile(SafeFileHandle file, long length, bool random)
        : base(-1, ownsHandle: true)
    {
        _length = length;
        SetHandle(Map(0, (nuint)length, ProtectRead, MapShared, file, 0));
        if (IsInvalid)
            throw new IOException(
                $"{length} bytes of a vector file can't be mapped: {Marshal.GetLastPInvokeErrorMessage()}. Is the address space limited (ulimit -v)?");
        if (random)
            _ = Advise(handle, (nuint)length, AdviseRandom);
    }

    public override bool IsInvalid => handle == -1;

    public byte* Data => (byte*)handle;

    protected override bool ReleaseHandle() => Unmap(handle, (nuint)_length) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nuint length, int advice);
}
