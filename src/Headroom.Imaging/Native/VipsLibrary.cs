using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Headroom.Imaging.Native;

/// <summary>Finds, loads and restricts libvips, once in a process.</summary>
internal static unsafe class VipsLibrary
{
    /// <summary>All that is called here. Other builds of libvips bring other loaders, some of them for the same files.</summary>
    private static readonly string[] Loaders = ["VipsForeignLoadJpegSource", "VipsForeignLoadPngSource", "VipsForeignLoadWebpSource"];

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <exception cref="DllNotFoundException">The library does not lie beside the program.</exception>
    internal static void EnsureLoaded() => _ = Loaded.Value;

    private static string FileName => OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, static (name, _, _) =>
            name == Vips.Library ? Open() : 0);
        if (Vips.Init("headroom") != 0)
            throw new DllNotFoundException($"{FileName} was found but did not start. Restore the packages and build again.");

        // Warnings repeat what a file's metadata says; an uploader must not be able to fill the log.
        const int Warnings = 1 << 4;
        Vips.SetLogHandler("VIPS", Warnings, &DropMessage, 0);

        // The results of one request are of no use to the next, and every request is one unit of work already.
        Vips.SetCacheMax(0);
        Vips.SetConcurrency(1);
        Vips.BlockOperation("VipsForeignLoad", 1);
        foreach (var loader in Loaders)
            Vips.BlockOperation(loader, 0);
        return true;
    }

    internal static nint Open()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(beside))
        {
            throw new DllNotFoundException(
                $"{FileName} is not in {AppContext.BaseDirectory}. Build the project, which copies it there from its package.");
        }

        return NativeLibrary.Load(beside);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DropMessage(byte* domain, int level, byte* message, nint data)
    {
    }
}
