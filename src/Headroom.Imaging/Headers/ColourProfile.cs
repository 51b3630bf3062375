namespace Headroom.Imaging.Headers;

/// <summary>Which embedded colour profiles (ICC.1) are obeyed: small ones that say something other than sRGB.</summary>
/// <remarks>
/// The profile of a telephone or a camera is a matrix and three curves: 0.5 to 4 KB. What is larger is a table, mostly for
/// print, and costs several times its size when it is read; such a photo is taken as if it had no profile.
/// </remarks>
internal static class ColourProfile
{
    /// <summary>Bytes of a profile, at most.</summary>
    internal const int MaxBytes = 16 << 10;

    /// <summary>The size of an ICC header and of an empty table of tags.</summary>
    private const int MinBytes = 132;

    /// <summary>The profile, if it is to be obeyed; null if it changes nothing or is none.</summary>
    internal static byte[]? ToObey(byte[]? profile) =>
        profile is { Length: >= MinBytes and <= MaxBytes } && !SaysSrgb(profile) ? profile : null;

    // The usual profile, under its usual names, changes nothing and would cost half as much again as decoding.
    private static bool SaysSrgb(ReadOnlySpan<byte> profile) =>
        profile.IndexOf("sRGB"u8) >= 0 || profile.IndexOf("s\0R\0G\0B"u8) >= 0;
}
