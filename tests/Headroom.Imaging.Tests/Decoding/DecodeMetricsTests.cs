using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Decoding;

public sealed class DecodeMetricsTests
{
    [Fact]
    public void Every_decoding_is_counted_with_its_format_and_its_result()
    {
        var seen = new ConcurrentBag<(string? Format, string? Result)>();
        var here = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "headroom.image.decode")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            // Other tests decode at the same time; a measurement is told on the thread that made it.
            if (Environment.CurrentManagedThreadId == here)
                seen.Add((tags[0].Value as string, tags[1].Value as string));
        });
        listener.Start();

        var decoder = new ImageDecoder();
        using (decoder.Decode(Sample.Png(40, 30)))
        {
            // Nothing but the count is wanted.
        }
        var jpeg = Sample.Jpeg(400, 300);
        Assert.Equal(ImageProblem.Truncated, decoder.Problem(jpeg[..(jpeg.Length / 2)]));
        Assert.Equal([("jpeg", "broken"), ("png", "ok")], seen.Order());
    }
}
