namespace Headroom.Bench.Reports;

/// <summary>How figures are written.</summary>
internal static class Figure
{
    public const string Absent = "–";

    /// <summary>MiB with one decimal.</summary>
    public static string Mebibytes(long? bytes) => bytes is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value / 1048576.0:0.0}") : Absent;

    public static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0}");

    public static string Rate(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0}");
}
