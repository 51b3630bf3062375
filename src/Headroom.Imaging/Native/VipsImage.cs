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

    /// <summary>1 to 8; 1 where the file says nothing or nonsense.</summary>
    internal int Orientation => Vips.Orientation(Handle) is var orientation and >= 1 and <= 8 ? orientation : 1;

    /// <summary>True when a field of the file's metadata is there and not 0.</summary>
    internal bool Says(string field) => Has(field) && Vips.GetInteger(Handle, field, out var value) == 0 && value != 0;

    internal unsafe ReadOnlySpan<byte> Blob(string field) =>
        Has(field) && Vips.GetBlob(Handle, field, out var data, out var bytes) == 0
            ? new ReadOnlySpan<byte>((void*)data, (int)Math.Min(bytes, int.MaxValue))
            : default;

    private bool Has(string field) => Vips.TypeOf(Handle, field) != 0;

    public void Dispose() => Handle.Dispose();
}
