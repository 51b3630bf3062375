using BenchmarkDotNet.Attributes;
using Headroom.Reconciling;

namespace Headroom.Benchmarks.Reconciling;

/// <summary>A piece of work that is only counted, and one whose peak is measured (once a second at most).</summary>
public class WorkObserverBenchmarks
{
    private readonly WorkKind _counted = new WorkObserver().AddKind("counted");
    private readonly WorkKind _measured = new WorkObserver(new RacingClock()).AddKind("measured");
    private readonly WorkObserver _sampled = new(new RacingClock());
    private long _sample;

    public WorkObserverBenchmarks()
    {
        for (var kind = 0; kind < 8; kind++)
            _sampled.AddKind($"kind {kind}").Begin(1000);
    }

    [Benchmark(Description = "WorkKind: begin, end, counted")]
    public void Counted() => _counted.Begin(1000).Dispose();

    [Benchmark(Description = "WorkKind: begin, end, measured")]
    public void Measured() => _measured.Begin(10_000_000).Dispose();

    [Benchmark(Description = "WorkObserver: sample, 8 kinds")]
    public void Sample() => _sampled.Sample(100_000_000 + _sample++ * 7919 % 40_000_000);
}
