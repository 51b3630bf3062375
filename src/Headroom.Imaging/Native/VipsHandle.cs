using System.Runtime.InteropServices;

namespace Headroom.Imaging.Native;

/// <summary>Owns one reference to a native object: an image, a source, an operation or a region.</summary>
internal sealed class VipsHandle : SafeHandle
{
    internal VipsHandle(nint instance)
        : base(0, ownsHandle: true) => SetHandle(instance);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Vips.Unref(handle);
        return true;
    }
}
