using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Headroom.Data.Sqlite;

/// <summary>
/// Makes SQLite's short waits short. The native library that is used was compiled without <c>usleep</c>: whoever finds
/// another one at the write-ahead log and wants to wait for a microsecond sleeps for a whole second. Here the default
/// «VFS» is one that only differs in how it sleeps (https://sqlite.org/c3ref/vfs.html, as shims do).
/// </summary>
internal static unsafe partial class SqliteSleep
{
    // Kept for good: SQLite uses it as long as the process lives.
    private static readonly Lazy<bool> Replaced = new(Replace);

    /// <summary>Once for the process, before the first connection is opened.</summary>
    /// <returns>Whether it could be done; on other systems it need not.</returns>
    public static bool Shorten() => Replaced.Value;

    private static bool Replace()
    {
        if (!OperatingSystem.IsLinux() || nint.Size != 8 || Find(null) is var usual && usual == null)
            return false;
        var vfs = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *vfs = *usual;
        vfs->Next = null;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8("headroom");
        vfs->Sleep = &Sleep;
        return Register(vfs, isDefault: 1) == 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(Vfs* vfs, int microseconds)
    {
        var milliseconds = Math.Max(1, (microseconds + 999) / 1000);
        Thread.Sleep(milliseconds);
        return milliseconds * 1000;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial Vfs* Find(string? name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int Register(Vfs* vfs, int isDefault);

    /// <summary><c>sqlite3_vfs</c>, version 3, as it is laid out where pointers have 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version, FileBytes, LongestPath;
        public Vfs* Next;
        public byte* Name;
        public nint Data, Open, Delete, Access, FullPathname, DlOpen, DlError, DlSym, DlClose, Randomness;
        public delegate* unmanaged[Cdecl]<Vfs*, int, int> Sleep;
        public nint CurrentTime, LastError, CurrentTimeInt64, SetSystemCall, GetSystemCall, NextSystemCall;
    }
}
