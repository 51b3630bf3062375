using System.Runtime.InteropServices;

namespace Headroom.Imaging.Decoding;

/// <summary>Native bytes that are freed exactly once, at the latest by the finalizer.</summary>
internal sealed unsafe class PixelMemory : SafeHandle
{
    internal PixelMemory(int bytes)
        : base(0, ownsHandle: true)
    {
        Length = bytes;
        SetHandle((nint)NativeMemory.Alloc((nuint)bytes));
    }

    public override bool IsInvalid => handle == 0;

    internal int Length { get; }

    internal Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(RgbImage));
            return new Span<byte>((void*)handle, Length);
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
