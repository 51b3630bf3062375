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
    private readonly SizeLimit _limit;
    private readonly int _maxSide;
    private readonly long _maxPixelPasses;

    /// <param name="options">The bounds; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null)
    {
        options ??= new ImageDecoderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPixels, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSide, 64, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxSide, 16_384, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPixelPasses, 1, nameof(options));
        _limit = new SizeLimit(options.MaxPixels);
        _maxPixelPasses = options.MaxPixelPasses;
        _maxSide = options.MaxSide;
    }

    /// <summary>
    /// Reads what the file says of itself and decodes nothing. No native code runs and at most 128 KB are allocated, so that
    /// the memory for <see cref="Decode"/> can be reserved afterwards.
    /// </summary>
    /// <param name="stream">The whole file; seekable.</param>
    /// <param name="cancellationToken">Looked at before each read.</param>
    /// <exception cref="ImageException">
    /// Not an image, of another format (the message names it), of too many pixels, too costly to decode, or broken before its
    /// first pixel.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ImageHeader ReadHeader(Stream stream, CancellationToken cancellationToken = default)
    {
        ThrowIfNotSeekable(stream);
        return Read(stream, cancellationToken).Header;
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
    /// <param name="cancellationToken">
    /// Looked at before each read, of our own code and of the codec's, which gets 4 KB at most at once, and after every few
    /// rows. Between two looks a codec does at most what <see cref="ImageHeader.PixelPasses"/> bounds.
    /// </param>
    /// <exception cref="ImageException">The file is truncated or corrupt.</exception>
    /// <exception cref="ArgumentException">The header is another file's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RgbImage Decode(Stream stream, ImageHeader header, CancellationToken cancellationToken = default)
    {
        ThrowIfNotSeekable(stream);
        cancellationToken.ThrowIfCancellationRequested();
        var picture = Read(stream, cancellationToken);
        if (picture.Header != header)
            throw new ArgumentException("The header was read from another file.", nameof(header));
        var started = Stopwatch.GetTimestamp();
        var result = "broken";
        try
        {
            var image = Render(stream, picture, cancellationToken);
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

    private StoredPicture Read(Stream stream, CancellationToken cancellationToken)
    {
        using var watched = new WatchedStream(stream, cancellationToken);
        var picture = StoredPicture.Read(watched, _limit);
        if (picture.Header.PixelPasses > _maxPixelPasses)
            throw ImageException.TooCostly(picture.Header.PixelPasses, _maxPixelPasses);
        return picture;
    }

    private RgbImage Render(Stream stream, StoredPicture picture, CancellationToken cancellationToken)
    {
        using var file = new ImageFile(stream, picture, cancellationToken);
        using var pipeline = new PixelPipeline(file, file.Open(DecodePlan.For(picture.Header, _maxSide)));
        pipeline.Flatten();
        pipeline.ToSrgb(picture.Profile);
        return pipeline.Render(picture.Header, _maxSide, cancellationToken);
    }

    private static void ThrowIfNotSeekable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("The stream must be seekable. Receive the file before decoding it.", nameof(stream));
    }
}
