namespace Headroom.Imaging.Decoding;

/// <summary>How one picture is brought down to size: as much as possible inside the codec, the rest by resampling.</summary>
internal readonly record struct DecodePlan
{
    private DecodePlan(ImageHeader header, int jpegShrink, double webpScale)
    {
        JpegShrink = jpegShrink;
        WebpScale = webpScale;
        LoadedWidth = Reduced(header.Width, jpegShrink, webpScale);
        LoadedHeight = Reduced(header.Height, jpegShrink, webpScale);
    }

    /// <summary>1, 2, 4 or 8: the JPEG codec computes only every nth pixel, which is nearly free.</summary>
    internal int JpegShrink { get; }

    /// <summary>0 to 1: the WebP codec scales while it decodes.</summary>
    internal double WebpScale { get; }

    /// <summary>Columns that leave the codec, in pixels.</summary>
    internal int LoadedWidth { get; }

    /// <summary>Rows that leave the codec, in pixels.</summary>
    internal int LoadedHeight { get; }

    internal static DecodePlan For(ImageHeader header, int maxSide)
    {
        var longer = Math.Max(header.Width, header.Height);
        return header.Format switch
        {
            ImageFormat.Jpeg => new DecodePlan(header, Shrink(longer, maxSide), 1),
            ImageFormat.WebP => new DecodePlan(header, 1, Math.Min(1, (double)maxSide / longer)),
            _ => new DecodePlan(header, 1, 1),
        };
    }

    /// <summary>True if that is the size that left the codec; a codec that scales may round down.</summary>
    internal bool Agrees(int width, int height)
    {
        var slack = WebpScale < 1 || JpegShrink > 1 ? 1 : 0;
        return width <= LoadedWidth && width >= LoadedWidth - slack && height <= LoadedHeight && height >= LoadedHeight - slack;
    }

    /// <summary>The size at which the longer side is at most <paramref name="maxSide"/>; never larger than it was.</summary>
    internal static (int Width, int Height) Fit(int width, int height, int maxSide)
    {
        var longer = Math.Max(width, height);
        return longer <= maxSide ? (width, height) : (Scaled(width), Scaled(height));

        int Scaled(int side) => Math.Max(1, (int)((((long)side * maxSide) + (longer / 2)) / longer));
    }

    // 4000 pixels become 1000 and need no resampling at all, which would cost as much again as decoding them. Five
    // eighths (640 of 1024) is what face detectors take in, so nothing that they see is lost.
    private static int Shrink(int longer, int maxSide)
    {
        var enough = maxSide * 5 / 8;
        var shrink = 8;
        while (shrink > 1 && longer / shrink < enough)
            shrink /= 2;
        return shrink;
    }

    private static int Reduced(int side, int shrink, double scale) =>
        Math.Max(1, (int)Math.Ceiling((side + shrink - 1) / shrink * scale));
}
