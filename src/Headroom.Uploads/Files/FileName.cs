using System.Globalization;
using System.Text;

namespace Headroom.Uploads.Files;

/// <summary>Names as clients send them are any text; this makes one that is safe to show, to save under and to put into a header.</summary>
internal static class FileName
{
    /// <summary>What most file systems take, in bytes of UTF-8.</summary>
    private const int MaxBytes = 255;

    /// <summary>A longer end of a name is no extension.</summary>
    private const int MaxExtensionBytes = 32;

    private const string Nameless = "download";

    // What names mean on Windows, whatever their extension.
    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
        "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    ];

    /// <summary>
    /// Keeps what stands behind the last separator, without control characters, marks that turn the direction of text
    /// (RFC 6266 section 4.3; UTS 55), characters that Windows refuses, dots and spaces at the ends; at most 255 bytes, with
    /// the extension. Cleaning what is clean changes nothing.
    /// </summary>
    public static string Clean(string name)
    {
        var kept = new StringBuilder();
        foreach (var rune in name.AsSpan(name.AsSpan().LastIndexOfAny('/', '\\') + 1).EnumerateRunes())
        {
            if (IsSafe(rune))
                kept.Append(rune.ToString());
        }
        var clean = Shorten(Trim(kept.ToString()));
        if (clean.Length == 0)
            return Nameless;
        var dot = clean.IndexOf('.', StringComparison.Ordinal);
        return Devices.Contains(dot < 0 ? clean : clean[..dot], StringComparer.OrdinalIgnoreCase) ? Shorten("_" + clean) : clean;
    }

    private static bool IsSafe(Rune rune)
    {
        // Halves of surrogate pairs come out of the enumeration as U+FFFD.
        if (rune == Rune.ReplacementChar || rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*')
            return false;
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.Surrogate);
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
            return name;
        var extension = name[Math.Max(0, name.LastIndexOf('.'))..];
        if (!extension.StartsWith('.') || Encoding.UTF8.GetByteCount(extension) > MaxExtensionBytes)
            extension = "";
        var (room, end) = (MaxBytes - Encoding.UTF8.GetByteCount(extension), 0);
        foreach (var rune in name.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            end += rune.Utf16SequenceLength;
        }
        return Trim(Trim(name[..end]) + extension);
    }

    private static string Trim(string name)
    {
        var trimmed = name.Trim().Trim('.');
        while (trimmed.Length < name.Length)
            (name, trimmed) = (trimmed, trimmed.Trim().Trim('.'));
        return trimmed;
    }
}
