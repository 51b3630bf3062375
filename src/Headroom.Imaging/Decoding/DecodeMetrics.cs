using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Headroom.Imaging.Decoding;

/// <summary>The meter «Headroom.Imaging»: how long photos take to decode, and how many are broken.</summary>
internal static class DecodeMetrics
{
    private static readonly Meter Meter = new("Headroom.Imaging");

    private static readonly Histogram<double> Seconds = Meter.CreateHistogram(
        "headroom.image.decode", "s", "Time of decoding one photo, by format and result.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });

    /// <summary>Records a decoding that began at <paramref name="started"/>.</summary>
    public static void Record(ImageFormat format, long started, string result) =>
        Seconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("format", Name(format)), new KeyValuePair<string, object?>("result", result));

    private static string Name(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "jpeg",
        ImageFormat.Png => "png",
        _ => "webp",
    };
}
