using System.Runtime.InteropServices;

namespace Headroom.Onnx.Native;

/// <summary>
/// An object of ONNX Runtime. It holds a reference to the handle that it must not outlive, so that whatever the order
/// of disposal or finalization, a parent is released after its last child.
/// </summary>
internal sealed unsafe class OrtHandle : SafeHandle
{
    private readonly delegate* unmanaged[Cdecl]<nint, void> _release;
    private readonly SafeHandle? _parent;

    public OrtHandle(nint value, delegate* unmanaged[Cdecl]<nint, void> release, SafeHandle? parent = null)
        : base(0, ownsHandle: true)
    {
        _release = release;
        if (parent is not null)
        {
            var added = false;
            parent.DangerousAddRef(ref added);
            _parent = parent;
        }
        SetHandle(value);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The native pointer, for a call during which this object is known to be referenced.</summary>
    public nint Value => handle;

    protected override bool ReleaseHandle()
    {
        _release(handle);
        _parent?.DangerousRelease();
        return true;
    }
}
