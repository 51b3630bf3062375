using System.Buffers;
using System.Globalization;
using System.Text;

namespace Headroom.AspNetCore.Metrics;

/// <summary>
/// Writes Prometheus's text format 0.0.4 («Exposition formats» of its documentation) straight into a buffer.
/// </summary>
internal readonly struct PrometheusText(IBufferWriter<byte> output)
{
    /// <summary>The media type of what is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>What comes before the samples of a metric.</summary>
    public void Header(string name, string? help, MetricKind kind)
    {
        // Without any help promtool complains.
        var text = string.IsNullOrEmpty(help) ? name : help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        Write($"# HELP {name} {text}\n");
        Write($"# TYPE {name} {kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" }}\n");
    }

    /// <summary>One value.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="labels">As <see cref="MetricName.LabelsOf"/> makes them; may be empty.</param>
    /// <param name="value">Any number; infinities and «not a number» have their own spelling.</param>
    public void Sample(string name, string labels, double value)
    {
        Write(name);
        if (labels.Length > 0)
        {
            Write("{");
            Write(labels);
            Write("}");
        }
        Write(" ");
        Number(value);
        Write("\n");
    }

    /// <summary>A histogram: every bucket with those below it, sum and count.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="labels">As for <see cref="Sample"/>.</param>
    /// <param name="bounds">The largest value that each bucket but the last takes, rising.</param>
    /// <param name="counts">How many values are in each bucket; one more than there are bounds.</param>
    /// <param name="sum">All values together.</param>
    public void Histogram(string name, string labels, IReadOnlyList<double> bounds, IReadOnlyList<long> counts, double sum)
    {
        var separator = labels.Length > 0 ? "," : "";
        var total = 0L;
        for (var i = 0; i < counts.Count; i++)
        {
            total += counts[i];
            var bound = i < bounds.Count ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Sample(name + "_bucket", $"{labels}{separator}le=\"{bound}\"", total);
        }
        Sample(name + "_sum", labels, sum);
        Sample(name + "_count", labels, total);
    }

    private void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Write(double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
            return;
        }
        // The longest number takes 24 bytes: -1.7976931348623157E+308.
        value.TryFormat(output.GetSpan(32), out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void Write(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
