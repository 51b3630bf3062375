using Headroom.Imaging.Headers;
using Headroom.Imaging.Native;

namespace Headroom.Imaging.Decoding;

/// <summary>A file that our own code has read, opened by libvips, which sees the kept parts of it and nothing else.</summary>
internal sealed class ImageFile : IDisposable
{
    private readonly StoredPicture _picture;
    private readonly SplicedStream _spliced;
    private readonly StreamSource _source;

    internal ImageFile(Stream stream, StoredPicture picture, CancellationToken cancellationToken)
    {
        _picture = picture;
        _spliced = new SplicedStream(stream, picture.Parts);
        _source = new StreamSource(_spliced, cancellationToken);
    }

    private ImageFormat Format => _picture.Header.Format;

    /// <summary>Opens the picture at the size of the plan. No pixel is computed yet.</summary>
    /// <exception cref="ImageException">libvips refuses it, or reads another size or other channels: one reading was deceived.</exception>
    internal VipsImage Open(DecodePlan plan)
    {
        using var load = Load(plan);
        var image = Run(load);
        if (plan.Agrees(image.Width, image.Height) && image.Channels == _picture.Channels && image.Pages == 1)
            return image;
        image.Dispose();
        throw ImageException.Corrupt();
    }

    /// <summary>Runs an operation that makes an image of this file.</summary>
    internal VipsImage Run(VipsOperation operation) => new(operation.Output() ?? throw Failure());

    /// <summary>Why libvips just failed.</summary>
    /// <remarks>
    /// libvips' own words stand in one buffer for all threads, where another file's may be: what this file's source saw
    /// says as much, and never of another file.
    /// </remarks>
    internal ImageException Failure()
    {
        Vips.ClearErrors();
        _source.ThrowIfStreamFailed();

        // A WebP is read to its end before it is decoded; whether it is whole its container has already said.
        return _source.ReachedEnd && Format != ImageFormat.WebP ? ImageException.Truncated() : ImageException.Corrupt();
    }

    public void Dispose()
    {
        _source.Dispose();
        _spliced.Dispose();
    }

    // The load operation for this file's format, with the rules that hold for every load.
    private VipsOperation Load(DecodePlan plan)
    {
        var name = Format switch
        {
            ImageFormat.Jpeg => "jpegload_source",
            ImageFormat.Png => "pngload_source",
            _ => "webpload_source",
        };

        // Only with this is a file that ends early an error; by default the rest of the picture is grey.
        var load = new VipsOperation(name).WithSource("source", _source.Handle).With("access", "sequential").With("fail_on", "truncated");
        if (plan.JpegShrink > 1)
            load.With("shrink", plan.JpegShrink);
        if (plan.WebpScale < 1)
            load.With("scale", plan.WebpScale);
        return load;
    }
}
