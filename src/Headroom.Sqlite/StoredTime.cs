using System.Globalization;

namespace Headroom.Sqlite;

/// <summary>
/// How times are kept: as milliseconds since 1970 where they are compared, as RFC 3339 in UTC with milliseconds where they
/// are shown as they stand there (<c>2026-01-31T08:59:59.123Z</c>). Both order as time does.
/// </summary>
public static class StoredTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Milliseconds since 1970.</summary>
    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>A time from milliseconds since 1970.</summary>
    public static DateTimeOffset Of(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>The text of a time, in UTC.</summary>
    public static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture);
}
