using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Headroom.Onnx;

/// <summary>The meter «Headroom.Onnx»: how long models run, and how often they fail.</summary>
internal static class InferenceMetrics
{
    private static readonly Meter Meter = new("Headroom.Onnx");

    private static readonly Histogram<double> Seconds = Meter.CreateHistogram(
        "headroom.inference", "s", "Time of one model run, by model and result.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });

    /// <summary>Records a run that began at <paramref name="started"/>.</summary>
    public static void Record(string model, long started, string result) =>
        Seconds.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("model", model),
            new KeyValuePair<string, object?>("result", result));
}
