using System.Runtime.InteropServices;

namespace Headroom.Imaging.Native;

/// <summary>glib's GValue: a type and two 8-byte unions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    internal nuint Type;
    internal ulong First;
    internal ulong Second;
}
