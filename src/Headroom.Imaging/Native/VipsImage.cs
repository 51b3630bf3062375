namespace Headroom.Imaging.Native;

/// <summary>One native image: a recipe for pixels that runs when they are fetched.</summary>
internal sealed class VipsImage(VipsHandle handle) : IDisposable
{
    internal VipsHandle Handle { get; } = handle;

    internal int Width => Vips.Width(Handle);

    internal int Height => Vips.Height(Handle);

    internal int Channels => Vips.Bands(Handle);

    internal bool Is16Bit => Vips.Format(Handle) == BandFormat.UInt16;

    internal bool IsRgb24 => Channels == 3 && Vips.Format(Handle) == BandFormat.UInt8;

    internal bool IsSrgb => Vips.Interpretation(Handle) == Interpretation.Srgb;

    internal bool HasAlpha => Vips.HasAlpha(Handle) != 0;

    internal int Pages => Vips.Pages(Handle);

    /// <summary>Attaches a copy of the bytes as a field of metadata.</summary>
    internal unsafe void SetBlob(string field, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* data = bytes)
            Vips.SetBlob(Handle, field, data, (nuint)bytes.Length);
    }

    public void Dispose() => Handle.Dispose();
}
