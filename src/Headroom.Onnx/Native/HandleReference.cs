using System.Runtime.InteropServices;

namespace Headroom.Onnx.Native;

/// <summary>Keeps a handle's object alive for the length of a call, whoever disposes the handle meanwhile.</summary>
internal readonly ref struct HandleReference
{
    private readonly SafeHandle _handle;

    /// <exception cref="ObjectDisposedException">The handle was disposed.</exception>
    public HandleReference(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    public void Dispose() => _handle.DangerousRelease();
}
