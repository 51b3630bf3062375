using System.Diagnostics;
using Headroom.Imaging.Decoding;
using Headroom.Imaging.Headers;

namespace Headroom.Imaging;

/// <summary>Decodes untrusted JPEG, PNG and WebP photos to a bounded size, in memory that is known before.</summary>
/// <remarks>
/// All members may be called from any number of threads at once; each works on the thread that calls it, so whoever
/// limits the calls limits the memory. A stream is read from its start and must be seekable; what it throws is thrown on.
/// </remarks>
public sealed class ImageDecoder
{
    private readonly long _maxPixels;
    private readonly int _maxSide;

    /// <param name="options">The bounds; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null)
    {
        options ??= new ImageDecoderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPixels, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSide, 64, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxSide, 16_384, nameof(options));
        _maxPixels = options.MaxPixels;
        _maxSide = options.MaxSide;
    }

    /// <summary>Reads what the file says of itself and decodes nothing: some 2 MB at most; for a WebP, the file's length besides.</summary>
    /// <param name="stream">The whole file; seekable.</param>
    /// <exception cref="ImageException">
    /// Not an image, of another format (the message names it), of too many pixels, or broken before its first pixel.
    /// </exception>
    public ImageHeader ReadHeader(Stream stream)
    {
        ThrowIfNotSeekable(stream);
        using var file = ImageFile.Open(stream, _maxPixels, CancellationToken.None);
        using var load = file.Load();
        using var image = file.Run(load);
        return file.Describe(image, stream.Length);
    }

    /// <summary>The native memory in bytes that <see cref="Decode"/> needs at its peak, with what it returns: an upper bound.</summary>
    /// <param name="header">What <see cref="ReadHeader"/> returned. The stream's own bytes are not counted.</param>
    public long EstimateBytes(ImageHeader header) => MemoryEstimate.Bytes(header, _maxSide);

    /// <summary>
    /// Decodes the picture: upright, sRGB, transparent parts over white, the longer side at most
    /// <see cref="ImageDecoderOptions.MaxSide"/> and never enlarged.
    /// </summary>
    /// <param name="stream">The same file that <paramref name="header"/> was read from.</param>
    /// <param name="header">What <see cref="ReadHeader"/> returned.</param>
    /// <param name="cancellationToken">Looked at before each read and after every few rows.</param>
    /// <exception cref="ImageException">The file is truncated or corrupt.</exception>
    /// <exception cref="ArgumentException">The header is another file's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Decode(Stream stream, ImageHeader header, CancellationToken cancellationToken = default)
    {
        ThrowIfNotSeekable(stream);
        cancellationToken.ThrowIfCancellationRequested();
        using var file = ImageFile.Open(stream, _maxPixels, cancellationToken);
        if (file.Format != header.Format || file.Frame.Width != header.Width || file.Frame.Height != header.Height)
            throw new ArgumentException("The header was read from another file.", nameof(header));
        var started = Stopwatch.GetTimestamp();
        var result = "broken";
        try
        {
            var image = Render(file, header, cancellationToken);
            result = "ok";
            return image;
        }
        catch (OperationCanceledException)
        {
            result = "cancelled";
            throw;
        }
        finally
        {
            DecodeMetrics.Record(header.Format, started, result);
        }
    }

    private RgbImage Render(ImageFile file, ImageHeader header, CancellationToken cancellationToken)
    {
        var plan = DecodePlan.For(header, _maxSide);
        using var load = file.Load();
        if (plan.JpegShrink > 1)
            load.With("shrink", plan.JpegShrink);
        if (plan.WebpScale < 1)
            load.With("scale", plan.WebpScale);
        using var pipeline = new PixelPipeline(file, file.Run(load));
        pipeline.Flatten();
        pipeline.ToSrgb();
        return pipeline.Render(header, _maxSide, cancellationToken);
    }

    private static void ThrowIfNotSeekable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("The stream must be seekable. Receive the file before decoding it.", nameof(stream));
    }
}
