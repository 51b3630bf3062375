using Headroom.Imaging.Native;

namespace Headroom.Imaging.Decoding;

/// <summary>The steps from what a codec gives to upright sRGB of a bounded size. Nothing runs before <see cref="Render"/>.</summary>
internal sealed unsafe class PixelPipeline : IDisposable
{
    /// <summary>Rows rendered at once; a JPEG's block has as many, and what lies between the steps stays small.</summary>
    internal const int StripRows = 8;

    private const string ProfileField = "icc-profile-data";
    private readonly ImageFile _file;
    private VipsImage _image;

    internal PixelPipeline(ImageFile file, VipsImage loaded)
    {
        _file = file;
        _image = loaded;
    }

    /// <summary>Lays transparent pixels over white, as a page would show them.</summary>
    internal void Flatten()
    {
        if (_image.HasAlpha)
            Apply(new VipsOperation("flatten").WithImage("in", _image.Handle).With("background", _image.Is16Bit ? "65535" : "255"));
    }

    /// <summary>Turns any other colours into sRGB.</summary>
    /// <param name="profile">A profile to obey, if it can be; or null.</param>
    internal void ToSrgb(byte[]? profile)
    {
        if (profile is not null && TryObey(profile))
            return;
        if (!_image.IsSrgb || !_image.IsRgb24)
            Apply(new VipsOperation("colourspace").WithImage("in", _image.Handle).With("space", "srgb"));
    }

    /// <summary>Runs all steps, on this thread.</summary>
    internal RgbImage Render(ImageHeader header, int maxSide, CancellationToken cancellationToken)
    {
        if (!_image.IsRgb24)
            throw ImageException.Corrupt();
        var (width, height) = DecodePlan.Fit(_image.Width, _image.Height, maxSide);
        var reducer = width == _image.Width && height == _image.Height
            ? null
            : new AreaReducer(_image.Width, _image.Height, width, height);
        var layout = new UprightLayout(header.Orientation, width, height);
        var memory = new PixelMemory(checked(width * height * 3));
        try
        {
            using var region = new VipsHandle(Vips.NewRegion(_image.Handle));
            for (var top = 0; top < _image.Height; top += StripRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RenderStrip(region, top, reducer, layout, memory.Span);
            }

            var (sourceWidth, sourceHeight) = header.SwapsSides ? (header.Height, header.Width) : (header.Width, header.Height);
            return new RgbImage(memory, layout.Width, layout.Height, sourceWidth, sourceHeight);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose() => _image.Dispose();

    private void RenderStrip(VipsHandle region, int top, AreaReducer? reducer, UprightLayout layout, Span<byte> upright)
    {
        var width = _image.Width;
        var strip = Vips.Fetch(region, 0, top, width, Math.Min(StripRows, _image.Height - top), out var bytes);
        if (strip == 0)
            throw _file.Failure();
        try
        {
            var rows = new ReadOnlySpan<byte>((void*)strip, (int)bytes);
            if (reducer is null)
                layout.Place(rows, top, upright);
            else
                Reduce(rows, width * 3, reducer, layout, upright);
        }
        finally
        {
            Vips.Free(strip);
        }
    }

    private static void Reduce(ReadOnlySpan<byte> rows, int rowBytes, AreaReducer reducer, UprightLayout layout, Span<byte> upright)
    {
        for (; !rows.IsEmpty; rows = rows[rowBytes..])
        {
            if (reducer.Add(rows[..rowBytes]))
                layout.Place(reducer.LastRow, reducer.RowsDone - 1, upright);
        }
    }

    private bool TryObey(byte[] profile)
    {
        _image.SetBlob(ProfileField, profile);
        using var transform = new VipsOperation("icc_transform").WithImage("in", _image.Handle)
            .With("output_profile", "srgb").With("embedded", "true").With("intent", "perceptual").With("depth", "8");
        if (transform.Output() is not { } output)
        {
            // A profile that cannot be used is no reason to refuse a photo.
            Vips.ClearErrors();
            return false;
        }

        Replace(new VipsImage(output));
        return true;
    }

    private void Apply(VipsOperation operation)
    {
        using (operation)
            Replace(_file.Run(operation));
    }

    private void Replace(VipsImage next)
    {
        _image.Dispose();
        _image = next;
    }
}
