using System.Diagnostics.Metrics;
using Headroom.AspNetCore.Metrics;
using static Headroom.AspNetCore.Tests.Metrics.Exporter;

namespace Headroom.AspNetCore.Tests.Metrics;

public sealed class MetricsExporterTests
{
    [Fact]
    public void Every_kind_of_instrument_has_its_type()
    {
        using var exporter = new Exporter();
        exporter.Meter.CreateCounter<long>("counted").Add(1);
        exporter.Meter.CreateUpDownCounter<int>("up_and_down").Add(1);
        exporter.Meter.CreateGauge<double>("set").Record(1);
        exporter.Meter.CreateHistogram<double>("spread").Record(1);
        exporter.Meter.CreateObservableCounter("observed.counted", () => 1);
        exporter.Meter.CreateObservableUpDownCounter("observed.up_and_down", () => 1L);
        exporter.Meter.CreateObservableGauge("observed", () => 1.0);

        var types = exporter.Scrape().Types;

        Assert.Equal(("counter", "gauge", "gauge", "histogram"), (types["counted_total"], types["up_and_down"], types["set"], types["spread"]));
        Assert.Equal(("counter", "gauge", "gauge"), (types["observed_counted_total"], types["observed_up_and_down"], types["observed"]));
    }

    [Fact]
    public void What_is_counted_adds_up_and_what_is_set_or_observed_is_the_last_value()
    {
        using var exporter = new Exporter();
        var counter = exporter.Meter.CreateCounter<long>("counted");
        var gauge = exporter.Meter.CreateGauge<long>("set");
        var value = 7L;
        exporter.Meter.CreateObservableCounter("observed", () => value);

        counter.Add(2, Label("a", "x"), Label("b", 1));
        counter.Add(3, Label("b", 1), Label("a", "x"));
        gauge.Record(5);
        gauge.Record(4);
        exporter.Scrape();
        value = 9;
        var scrape = exporter.Scrape();

        Assert.Equal((5, 4, 9), (scrape["""counted_total{a="x",b="1"}"""], scrape["set"], scrape["observed_total"]));
    }

    [Fact]
    public void Numbers_that_are_none_and_help_with_line_breaks_are_spelled_as_prometheus_wants()
    {
        using var exporter = new Exporter();
        exporter.Meter.CreateObservableGauge(
            "odd",
            () => new Measurement<double>[]
            {
                new(double.NaN, Label("n", 1)),
                new(double.PositiveInfinity, Label("n", 2)),
                new(double.NegativeInfinity, Label("n", 3)),
                new(-double.MaxValue, Label("n", 4)),
                new(1e-7, Label("n", 5)),
            },
            description: "one\\two\nthree");

        var text = exporter.Text();

        Assert.Contains("# HELP odd one\\\\two\\nthree\n", text);
        Assert.Contains("odd{n=\"1\"} NaN\nodd{n=\"2\"} +Inf\nodd{n=\"3\"} -Inf\nodd{n=\"4\"} -1.7976931348623157E+308\nodd{n=\"5\"} 1E-07\n", text);
    }

    [Fact]
    public void The_buckets_of_a_histogram_include_their_bounds_and_those_below_them()
    {
        using var exporter = new Exporter();
        var histogram = exporter.Meter.CreateHistogram("took", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 10] });

        foreach (var seconds in (double[])[0.05, 0.1, 0.5, 10, 11, double.NaN])
            histogram.Record(seconds, Label("pool", "work"));
        var scrape = exporter.Scrape();

        Assert.Equal([2, 3, 4, 5], new[] { "0.1", "1", "10", "+Inf" }.Select(le => scrape[$$"""took_seconds_bucket{pool="work",le="{{le}}"}"""]));
        Assert.Equal(21.65, scrape["""took_seconds_sum{pool="work"}"""], 1e-9);
        Assert.Equal(5, scrape["""took_seconds_count{pool="work"}"""]);
    }

    [Fact]
    public void A_histogram_that_advises_no_bounds_has_those_of_prometheus()
    {
        using var exporter = new Exporter();
        exporter.Meter.CreateHistogram<long>("took", "s").Record(3);

        var scrape = exporter.Scrape();

        Assert.Equal(
            (0, 1, 1), (scrape["""took_seconds_bucket{le="2.5"}"""], scrape["""took_seconds_bucket{le="5"}"""], scrape["""took_seconds_bucket{le="+Inf"}"""]));
        Assert.Equal(12, scrape.Series.Count(s => s.StartsWith("took_seconds_bucket", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_histogram_that_is_counted_elsewhere_is_read_at_the_scrape()
    {
        long[] counts = [4, 0, 1];
        using var exporter = new Exporter(
            new ObservedHistogram("headroom.lease.wait", "s", "Waits.", () => [new HistogramReading(Label("pool", "work"), [0.5, 1], counts, 7.5)]));

        counts[1] = 2;
        var scrape = exporter.Scrape();

        Assert.Equal("histogram", scrape.Types["headroom_lease_wait_seconds"]);
        Assert.Equal([4, 6, 7], new[] { "0.5", "1", "+Inf" }.Select(le => scrape[$$"""headroom_lease_wait_seconds_bucket{pool="work",le="{{le}}"}"""]));
        Assert.Equal((7.5, 7), (scrape["""headroom_lease_wait_seconds_sum{pool="work"}"""], scrape["""headroom_lease_wait_seconds_count{pool="work"}"""]));
    }

    [Fact]
    public void Sets_of_labels_beyond_the_bound_are_left_out_and_counted()
    {
        using var exporter = new Exporter();
        var counter = exporter.Meter.CreateCounter<long>("counted");

        for (var i = 0; i < MetricFamily.MaxSeries + 3; i++)
            counter.Add(1, Label("n", i));
        counter.Add(1, Label("n", 0));
        var scrape = exporter.Scrape();

        Assert.Equal(MetricFamily.MaxSeries, scrape.Series.Count(s => s.StartsWith("counted_total", StringComparison.Ordinal)));
        Assert.Equal((2, 3), (scrape["""counted_total{n="0"}"""], scrape["headroom_metrics_dropped_total"]));
    }

    [Fact]
    public void A_series_that_is_observed_no_longer_is_told_no_longer()
    {
        using var exporter = new Exporter();
        var models = new List<string> { "detector", "embedder" };
        exporter.Meter.CreateObservableGauge("loaded", () => models.Select(m => new Measurement<int>(1, Label("model", m))));

        Assert.Equal(2, exporter.Scrape().Series.Count(s => s.StartsWith("loaded", StringComparison.Ordinal)));
        models.Remove("detector");

        Assert.Equal("""loaded{model="embedder"}""", Assert.Single(exporter.Scrape().Series, s => s.StartsWith("loaded", StringComparison.Ordinal)));
    }

    [Fact]
    public void Instruments_of_one_name_share_a_metric_unless_they_are_fed_differently()
    {
        using var exporter = new Exporter();
        exporter.Meter.CreateCounter<long>("shared").Add(1);
        exporter.Meters.Create("Headroom.More").CreateCounter<int>("shared").Add(2);
        exporter.Meter.CreateObservableCounter("shared", () => 100);

        Assert.Equal(3, exporter.Scrape()["shared_total"]);
    }

    [Fact]
    public void Only_meters_of_this_service_are_listened_to()
    {
        using var exporter = new Exporter();
        using var other = new Exporter();
        using var unscoped = new Meter("Headroom.Anybody");
        using var foreign = new Meter("Headroomy");
        other.Meter.CreateCounter<long>("others").Add(1);
        unscoped.CreateCounter<long>("anybodys").Add(1);
        foreign.CreateCounter<long>("foreign").Add(1);

        var types = exporter.Scrape().Types;

        Assert.Contains("anybodys_total", types);
        Assert.DoesNotContain("others_total", types);
        Assert.DoesNotContain("foreign_total", types);
        Assert.Contains("dotnet_gc_collections_total", types);
    }

    [Fact]
    public void An_instrument_that_fails_has_no_value_and_harms_no_other()
    {
        using var exporter = new Exporter();
        exporter.Meter.CreateObservableGauge("broken", new Func<int>(() => throw new IOException("It can't be read.")));
        exporter.Meter.CreateObservableGauge("sound", () => 1);

        var scrape = exporter.Scrape();

        Assert.Equal(1, scrape["sound"]);
        Assert.DoesNotContain("broken", scrape.Series);
    }

    [Fact]
    public void Recording_with_labels_that_were_there_before_allocates_nothing()
    {
        using var exporter = new Exporter();
        var histogram = exporter.Meter.CreateHistogram<double>("took", "s");
        histogram.Record(1, Label("pool", "work"));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            histogram.Record(0.01, Label("pool", "work"));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Scrapes_stay_whole_while_values_change_and_instruments_appear()
    {
        const int Writers = 4, Rounds = 2000;
        using var exporter = new Exporter();
        var counter = exporter.Meter.CreateCounter<long>("counted");
        var histogram = exporter.Meter.CreateHistogram<double>("took", "s");
        exporter.Meter.CreateObservableGauge("observed", () => Enumerable.Range(0, 5).Select(i => new Measurement<int>(i, Label("n", i))));

        var writers = Enumerable.Range(0, Writers).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                counter.Add(1, Label("n", i % 8));
                histogram.Record(i % 12, Label("n", w));
                if (i % 500 == 0)
                    exporter.Meter.CreateObservableGauge($"late.{w}.{i}", () => 1);
            }
        })).ToArray();
        var scrapers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var last = 0.0;
            while (!Array.TrueForAll(writers, w => w.IsCompleted))
            {
                var scrape = exporter.Scrape();
                var counted = scrape.Series.Where(s => s.StartsWith("counted_total", StringComparison.Ordinal)).Sum(s => scrape[s]);
                Assert.True(counted >= last);
                last = counted;
                foreach (var series in scrape.Series.Where(s => s.StartsWith("took_seconds_count", StringComparison.Ordinal)))
                    Assert.Equal(scrape[series], scrape[series.Replace("_count", "_bucket").Replace("}", ",le=\"+Inf\"}")]);
            }
        })).ToArray();
        await Task.WhenAll([.. writers, .. scrapers]);

        var end = exporter.Scrape();
        Assert.Equal(Writers * Rounds, end.Series.Where(s => s.StartsWith("counted_total", StringComparison.Ordinal)).Sum(s => end[s]));
        Assert.Equal(Writers * Rounds, end.Series.Where(s => s.StartsWith("took_seconds_count", StringComparison.Ordinal)).Sum(s => end[s]));
        Assert.Equal(Writers * 4, end.Series.Count(s => s.StartsWith("late_", StringComparison.Ordinal)));
    }
}
