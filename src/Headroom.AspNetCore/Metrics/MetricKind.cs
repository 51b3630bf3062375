namespace Headroom.AspNetCore.Metrics;

/// <summary>What a metric is to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only grows until the process ends.</summary>
    Counter,

    /// <summary>Counts by size.</summary>
    Histogram,
}
