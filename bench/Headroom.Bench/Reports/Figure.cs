namespace Headroom.Bench.Reports;

/// <summary>How figures are written.</summary>
internal static class Figure
{
    public const string Absent = "–";

    /// <summary>MiB with one decimal.</summary>
    public static string Mebibytes(long? bytes) => bytes is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value / 1048576.0:0.0}") : Absent;

    public static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0}");

    /// <summary>Milliseconds with one decimal.</summary>
    public static string Fine(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0}");

    /// <summary>Milliseconds with two decimals.</summary>
    public static string Hundredths(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.00}");

    /// <summary>«93 %».</summary>
    public static string Share(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:0} %");

    /// <summary>What went wrong stands out.</summary>
    public static string Verdict(string verdict) => verdict == "ok" ? verdict : $"**{verdict}**";

    public static string Rate(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0}");
}
