using System.Buffers;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Metrics;

/// <summary>
/// Collects what the meters «Headroom» and «Headroom.…» measure, and the garbage collector's own figures, and writes it
/// as Prometheus text. What is observed is read at the scrape; what is recorded costs its writer a short lock. Thread-safe.
/// </summary>
internal sealed partial class MetricsExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _scrape = new();
    private readonly IMeterFactory _meters;
    private readonly IReadOnlyList<ObservedHistogram> _histograms;
    private readonly ILogger _logger;
    private long _dropped;

    /// <summary>Starts to collect.</summary>
    /// <param name="meters">Makes the service's own meters; those of another service in this process are not listened to.</param>
    /// <param name="histograms">What has no instrument.</param>
    /// <param name="logger">Told when something can't be read.</param>
    public MetricsExporter(IMeterFactory meters, IEnumerable<ObservedHistogram> histograms, ILogger<MetricsExporter> logger)
    {
        _meters = meters;
        _histograms = [.. histograms];
        _logger = logger;
        meters.Create("Headroom").CreateObservableCounter(
            "headroom.metrics.dropped",
            () => Interlocked.Read(ref _dropped),
            "{measurement}",
            $"Measurements that were left out because their metric has {MetricFamily.MaxSeries} sets of labels already.");
        _listener.InstrumentPublished = Published;
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        _listener.Start();
    }

    /// <summary>Reads everything and writes it down. Nothing is awaited: one scrape at a time.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var text = new PrometheusText(output);
        lock (_scrape)
        {
            var families = Families();
            foreach (var family in families)
                family.BeginScrape();
            Observe();
            foreach (var family in families)
                family.Write(text);
        }
        foreach (var histogram in _histograms)
            Write(text, histogram);
    }

    public void Dispose() => _listener.Dispose();

    private void Published(Instrument instrument, MeterListener listener)
    {
        if (!IsWanted(instrument))
            return;
        var family = new MetricFamily(instrument);
        lock (_families)
        {
            if (_families.TryGetValue(family.Name, out var known) && !known.IsLike(family))
                return;
            _families[family.Name] = family = known ?? family;
        }
        listener.EnableMeasurementEvents(instrument, family);
    }

    private bool IsWanted(Instrument instrument)
    {
        var meter = instrument.Meter;
        return (meter.Name == "Headroom" || meter.Name.StartsWith("Headroom.", StringComparison.Ordinal))
            ? meter.Scope is null || meter.Scope == _meters
            : meter.Name == "System.Runtime" && instrument.Name.StartsWith("dotnet.gc.", StringComparison.Ordinal);
    }

    private void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!((MetricFamily)family!).Record(value, tags))
            Interlocked.Increment(ref _dropped);
    }

    private void Observe()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException failures)
        {
            // All the others have been read.
            foreach (var failure in failures.InnerExceptions)
                LogUnreadable(failure);
        }
    }

    private List<MetricFamily> Families()
    {
        lock (_families)
            return [.. _families.Values];
    }

    private static void Write(PrometheusText text, ObservedHistogram histogram)
    {
        var name = MetricName.Of(histogram.Name, histogram.Unit, MetricKind.Histogram);
        text.Header(name, histogram.Description, MetricKind.Histogram);
        foreach (var series in histogram.Observe())
            text.Histogram(name, MetricName.LabelsOf([series.Label]), series.Bounds, series.Counts, series.Sum);
    }

    [LoggerMessage(LogLevel.Warning, "A metric could not be read and is missing in this scrape.")]
    private partial void LogUnreadable(Exception failure);
}
