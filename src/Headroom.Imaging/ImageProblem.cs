namespace Headroom.Imaging;

/// <summary>Why a file could not be turned into pixels.</summary>
public enum ImageProblem
{
    /// <summary>The bytes are no picture of any known format; an empty file too.</summary>
    NotAnImage,

    /// <summary>A picture, but not a still JPEG, PNG or WebP.</summary>
    Unsupported,

    /// <summary>More pixels than <see cref="ImageDecoderOptions.MaxPixels"/>, by what the header says.</summary>
    TooManyPixels,

    /// <summary>Decoding it costs more than <see cref="ImageDecoderOptions.MaxPixelPasses"/>, by what the header says.</summary>
    TooCostly,

    /// <summary>The file ends before the picture does.</summary>
    Truncated,

    /// <summary>The file breaks the rules of its format.</summary>
    Corrupt,
}
