using Headroom.Imaging.Native;

namespace Headroom.Imaging.Headers;

/// <summary>One untrusted file: recognised, measured against the limit, and only then opened by libvips.</summary>
internal sealed class ImageFile : IDisposable
{
    /// <summary>The longest side that a JPEG can have; a PNG may declare more, but no camera makes one.</summary>
    private const int MaxStoredSide = ushort.MaxValue;

    private readonly StreamSource _source;

    private ImageFile(ImageFormat format, StoredFrame frame, StreamSource source)
    {
        Format = format;
        Frame = frame;
        _source = source;
    }

    internal ImageFormat Format { get; }

    internal StoredFrame Frame { get; }

    /// <exception cref="ImageException">Not an image, unsupported, too large, or broken before its first pixel.</exception>
    internal static ImageFile Open(Stream stream, long maxPixels, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        var format = ImageSignature.Recognise(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        stream.Position = 0;
        var frame = format switch
        {
            ImageFormat.Jpeg => JpegFrame.Read(stream),
            ImageFormat.Png => PngChunks.Read(stream),
            _ => WebpChunks.Read(stream),
        };
        if (frame.Width > maxPixels / frame.Height || Math.Max(frame.Width, frame.Height) > MaxStoredSide)
        {
            throw new ImageException(
                ImageProblem.TooManyPixels,
                $"The picture has {frame.Width} × {frame.Height} pixels; at most {maxPixels} in all and {MaxStoredSide} a side are accepted. Send a smaller one.");
        }

        return new ImageFile(format, frame, new StreamSource(stream, frame.Masked, cancellationToken));
    }

    /// <summary>The load operation for this file's format, with the rules that hold for every load.</summary>
    internal VipsOperation Load()
    {
        var name = Format switch
        {
            ImageFormat.Jpeg => "jpegload_source",
            ImageFormat.Png => "pngload_source",
            _ => "webpload_source",
        };

        // Only with this is a file that ends early an error; by default the rest of the picture is grey.
        return new VipsOperation(name).WithSource("source", _source.Handle).With("access", "sequential").With("fail_on", "truncated");
    }

    /// <summary>Runs an operation that makes an image of this file.</summary>
    internal VipsImage Run(VipsOperation operation) => new(operation.Output() ?? throw Failure());

    /// <summary>The header, now that libvips has read it too.</summary>
    /// <exception cref="ImageException">The two readings differ, so one of them was deceived.</exception>
    internal ImageHeader Describe(VipsImage image, long fileBytes)
    {
        if (image.Width != Frame.Width || image.Height != Frame.Height)
            throw ImageException.Corrupt();
        if (image.Pages > 1)
            throw WebpChunks.Animated();
        var progressive = Frame.Interlaced || image.Says("jpeg-multiscan");
        var rowBytes = (long)image.Width * image.Channels * (image.Is16Bit ? 2 : 1);
        var bufferedBytes = Format switch
        {
            ImageFormat.WebP => Frame.WholePictureBytes,
            ImageFormat.Jpeg => progressive ? Frame.WholePictureBytes : 0,
            _ => progressive ? rowBytes * image.Height : 0,
        };
        return new ImageHeader(
            Format, image.Width, image.Height, image.Orientation, progressive, bufferedBytes, rowBytes, fileBytes);
    }

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

    public void Dispose() => _source.Dispose();
}
