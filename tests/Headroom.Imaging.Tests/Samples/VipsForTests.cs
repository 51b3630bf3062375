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

    /// <summary>The names of the classes below one, without those that only gather others.</summary>
    internal static IEnumerable<string> ClassesBelow(string name)
    {
        VipsLibrary.EnsureLoaded();
        return Leaves(TypeOf(name)).Select(type => Marshal.PtrToStringUTF8(NameOf(type))!);
    }

    /// <summary>True if libvips refuses to run operations of this class.</summary>
    internal static bool IsBlocked(string className)
    {
        const int Blocked = 1 << 5;
        using var operation = new VipsHandle(NewOperation(className));
        return (FlagsOf(operation) & Blocked) != 0;
    }

    private static List<nuint> Leaves(nuint type)
    {
        var children = ChildrenOf(type, out var count);
        var leaves = new List<nuint>();
        for (var i = 0; i < count; i++)
            leaves.AddRange(Leaves(children[i]));
        Vips.Free((nint)children);
        return count == 0 ? [type] : leaves;
    }

    [LibraryImport(Vips.Library, EntryPoint = "g_type_from_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nuint TypeOf(string name);

    [LibraryImport(Vips.Library, EntryPoint = "g_type_name")]
    private static partial nint NameOf(nuint type);

    [LibraryImport(Vips.Library, EntryPoint = "g_type_children")]
    private static partial nuint* ChildrenOf(nuint type, out uint count);

    [LibraryImport(Vips.Library, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NewOperation(string name);

    [LibraryImport(Vips.Library, EntryPoint = "vips_operation_get_flags")]
    private static partial int FlagsOf(VipsHandle operation);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    internal static partial int TrimHeap(nuint pad);
}
