using BenchmarkDotNet.Attributes;
using Headroom.Trends;

namespace Headroom.Benchmarks.Trends;

/// <summary>A sample that falls into the open bucket, and one in a second of its own: every fifth of those closes a bucket.</summary>
public class MemoryTrendBenchmarks
{
    private readonly MemoryTrend _trend = new();
    private readonly MemoryTrend _racing = new(new RacingClock());
    private long _sample;

    [Benchmark(Description = "MemoryTrend: sample")]
    public void Sample() => _trend.Add(100_000_000 + _sample++ * 7919 % 40_000_000);

    [Benchmark(Description = "MemoryTrend: sample with its share of the verdict")]
    public void SampleAndVerdict() => _racing.Add(100_000_000 + _sample++ * 7919 % 40_000_000);
}
