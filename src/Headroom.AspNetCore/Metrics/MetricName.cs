using System.Diagnostics.Metrics;
using System.Text;

namespace Headroom.AspNetCore.Metrics;

/// <summary>
/// What Prometheus calls an instrument: <c>headroom.pool.leased</c> in <c>By</c> is <c>headroom_pool_leased_bytes</c>.
/// The rules are those of OpenTelemetry («Prometheus and OpenMetrics Compatibility»), so that the names are the same
/// whichever exporter is used.
/// </summary>
internal static class MetricName
{
    /// <summary>The name with its unit, and <c>_total</c> for what only grows.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var metric = WithSuffix(Legal(name), unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            "By/s" => "_bytes_per_second",
            "1" when kind == MetricKind.Gauge => "_ratio",
            _ => "",
        });
        return kind == MetricKind.Counter ? WithSuffix(metric, "_total") : metric;
    }

    /// <summary>What an instrument's measurements are to Prometheus.</summary>
    public static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
    }

    /// <summary>The labels of a series, without their braces; a name that comes twice counts once.</summary>
    public static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        var names = new HashSet<string>();
        foreach (var (key, value) in tags)
        {
            var name = Legal(key);
            if (names.Add(name))
                labels.Append(labels.Length > 0 ? "," : "").Append(name).Append("=\"").Append(Escaped(Convert.ToString(value, null))).Append('"');
        }
        return labels.ToString();
    }

    private static string WithSuffix(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;

    /// <summary>Letters, digits and underscores only, no digit first.</summary>
    private static string Legal(string name)
    {
        var legal = string.Create(name.Length, name, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        });
        return legal.Length == 0 || char.IsAsciiDigit(legal[0]) ? "_" + legal : legal;
    }

    private static string? Escaped(string? value) =>
        value?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
