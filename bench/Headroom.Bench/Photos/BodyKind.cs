namespace Headroom.Bench.Photos;

/// <summary>How a photo is sent.</summary>
internal enum BodyKind
{
    /// <summary>multipart/form-data, one part.</summary>
    Multipart,

    /// <summary>The JPEG alone, as image/jpeg.</summary>
    Raw,
}
