namespace Headroom.AspNetCore.Metrics;

/// <summary>One set of labels of a metric and its value. Guarded by its <see cref="MetricFamily"/>.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, double[]? bounds)
{
    private readonly string _labels = MetricName.LabelsOf(tags);
    private readonly long[]? _counts = bounds is null ? null : new long[bounds.Length + 1];
    private double _value;

    /// <summary>Whether these are its labels, in whatever order.</summary>
    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
            return false;
        foreach (var other in others)
        {
            if (!Has(other))
                return false;
        }
        return true;
    }

    public void Set(double value) => _value = value;

    /// <summary>Adds to the value; in a histogram also counts it.</summary>
    public void Add(double value)
    {
        if (_counts is not null)
        {
            // It belongs in no bucket and would spoil the sum for ever.
            if (double.IsNaN(value))
                return;
            var at = Array.BinarySearch(bounds!, value);
            _counts[at < 0 ? ~at : at]++;
        }
        _value += value;
    }

    public void Write(PrometheusText text, string name)
    {
        if (_counts is null)
            text.Sample(name, _labels, _value);
        else
            text.Histogram(name, _labels, bounds!, _counts, _value);
    }

    private bool Has(in KeyValuePair<string, object?> other)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == other.Key && Equals(tag.Value, other.Value))
                return true;
        }
        return false;
    }
}
