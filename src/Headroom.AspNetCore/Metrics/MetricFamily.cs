using System.Diagnostics.Metrics;

namespace Headroom.AspNetCore.Metrics;

/// <summary>A metric with all its series, as many as are allowed. Thread-safe.</summary>
internal sealed class MetricFamily
{
    /// <summary>The most sets of labels of one metric: a label that somebody else chooses must not fill the memory.</summary>
    public const int MaxSeries = 256;

    private readonly Lock _lock = new();
    private readonly List<MetricSeries> _series = [];
    private readonly MetricKind _kind;
    private readonly string? _help;
    private readonly double[]? _bounds;
    private readonly bool _adds;
    private readonly bool _observed;

    public MetricFamily(Instrument instrument)
    {
        _kind = MetricName.KindOf(instrument);
        _help = instrument.Description;
        _observed = instrument.IsObservable;
        _adds = !_observed && instrument is not (Gauge<int> or Gauge<long> or Gauge<double>);
        _bounds = _kind == MetricKind.Histogram ? BoundsOf(instrument) : null;
        Name = MetricName.Of(instrument.Name, instrument.Unit, _kind);
    }

    /// <summary>What Prometheus calls it.</summary>
    public string Name { get; }

    /// <summary>Whether both are fed in the same way, and so can be one.</summary>
    public bool IsLike(MetricFamily other) => (_kind, _adds, _observed) == (other._kind, other._adds, other._observed);

    /// <summary>Takes a measurement. Nothing is allocated for labels that were there before.</summary>
    /// <returns>False when there are too many series to start another one.</returns>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if ((Find(tags) ?? Start(tags)) is not { } series)
                return false;
            if (_adds)
                series.Add(value);
            else
                series.Set(value);
            return true;
        }
    }

    /// <summary>Forgets what is about to be observed anew: a series that is gone must not be told for ever.</summary>
    public void BeginScrape()
    {
        if (!_observed)
            return;
        lock (_lock)
            _series.Clear();
    }

    /// <summary>Writes its series; without any, that there is such a metric.</summary>
    public void Write(PrometheusText text)
    {
        lock (_lock)
        {
            text.Header(Name, _help, _kind);
            foreach (var series in _series)
                series.Write(text, Name);
        }
    }

    private MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in _series)
        {
            if (series.Has(tags))
                return series;
        }
        return null;
    }

    private MetricSeries? Start(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_series.Count >= MaxSeries)
            return null;
        var series = new MetricSeries(tags.ToArray(), _bounds);
        _series.Add(series);
        return series;
    }

    /// <summary>The bounds that the instrument advises, else those that Prometheus's own clients take (seconds).</summary>
    private static double[] BoundsOf(Instrument instrument)
    {
        double[] advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            _ => [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        };
        return [.. advised.Where(double.IsFinite)];
    }
}
