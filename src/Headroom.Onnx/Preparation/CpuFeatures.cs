using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Headroom.Onnx;

/// <summary>
/// The processor's abilities that ONNX Runtime's kernels are chosen by (mlas/lib/platform.cpp): they decide how a graph
/// is laid out and weights are packed, so a model prepared for others may be slow, or fail to load.
/// </summary>
internal static partial class CpuFeatures
{
    /// <summary>The abilities as a stable line of text, such as <c>x64 avx fma avx2 avx512f</c>.</summary>
    public static string Describe()
    {
        var features = X86Base.IsSupported ? X86() : Arm();
        return string.Join(' ', features.Prepend(RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()));
    }

    // .NET's IsSupported properties take the system's support for wide registers into account, but also .NET's own
    // switches, and lack some sets. The bits are those of Intel's manual, volume 2A, CPUID, leaves 1 and 7.
    private static IEnumerable<string> X86()
    {
        var leaf1 = X86Base.CpuId(1, 0);
        var leaf7 = X86Base.CpuId(7, 0);
        var leaf7Sub1 = X86Base.CpuId(7, 1);
        return Named(
            ("avx", leaf1.Ecx, 28), ("fma", leaf1.Ecx, 12), ("avx2", leaf7.Ebx, 5),
            ("avx512f", leaf7.Ebx, 16), ("avx512dq", leaf7.Ebx, 17), ("avx512bw", leaf7.Ebx, 30), ("avx512vl", leaf7.Ebx, 31),
            ("avx512vnni", leaf7.Ecx, 11), ("avx_vnni", leaf7Sub1.Eax, 4), ("avx_vnni_int8", leaf7Sub1.Edx, 4),
            ("avx512_bf16", leaf7Sub1.Eax, 5), ("amx_bf16", leaf7.Edx, 22), ("amx_tile", leaf7.Edx, 24), ("amx_int8", leaf7.Edx, 25));
    }

    // Bits of AT_HWCAP (16) and AT_HWCAP2 (26): Linux, arch/arm64/include/uapi/asm/hwcap.h.
    private static IEnumerable<string> Arm()
    {
        if (!OperatingSystem.IsLinux())
            return Dp.IsSupported ? ["dotprod"] : [];
        int first = (int)GetAuxiliaryValue(16), second = (int)GetAuxiliaryValue(26);
        return Named(
            ("fphp", first, 9), ("dotprod", first, 20), ("sve", first, 22),
            ("i8mm", second, 13), ("bf16", second, 14), ("sme", second, 23));
    }

    private static IEnumerable<string> Named(params (string Name, int Register, int Bit)[] features) =>
        features.Where(f => ((uint)f.Register >> f.Bit & 1) != 0).Select(f => f.Name);

    [LibraryImport("libc", EntryPoint = "getauxval")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint GetAuxiliaryValue(nuint type);
}
