using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Headroom.Imaging.Native;

namespace Headroom.Imaging.Tests.Samples;

/// <summary>What only tests ask of the native libraries: pictures from bytes, and memory given back before measuring.</summary>
internal static unsafe partial class VipsForTests
{
    [ModuleInitializer]
    internal static void Resolve() => NativeLibrary.SetDllImportResolver(
        typeof(VipsForTests).Assembly, static (name, _, _) => name == Vips.Library ? VipsLibrary.Open() : 0);

    [LibraryImport(Vips.Library, EntryPoint = "vips_image_new_from_memory_copy")]
    internal static partial nint NewImage(byte* data, nuint bytes, int width, int height, int bands, int format);

    [LibraryImport(Vips.Library, EntryPoint = "vips_image_copy_memory")]
    internal static partial nint CopyToMemory(VipsHandle image);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    internal static partial int TrimHeap(nuint pad);
}
