namespace Headroom.Imaging;

/// <summary>The file formats that are decoded.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline and progressive (ITU-T T.81).</summary>
    Jpeg,

    /// <summary>PNG (ISO/IEC 15948).</summary>
    Png,

    /// <summary>WebP, still pictures only (RFC 9649).</summary>
    WebP,
}
