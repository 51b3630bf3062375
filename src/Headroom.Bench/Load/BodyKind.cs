namespace Headroom.Bench.Load;

/// <summary>How a photo is sent.</summary>
public enum BodyKind
{
    /// <summary>multipart/form-data, one part.</summary>
    Multipart,

    /// <summary>The JPEG alone, as image/jpeg.</summary>
    Raw,
}
