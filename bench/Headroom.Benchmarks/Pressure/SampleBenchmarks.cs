using BenchmarkDotNet.Attributes;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Reclaiming;

namespace Headroom.Benchmarks.Pressure;

/// <summary>What one look at the memory costs, on the real files of this machine.</summary>
public class SampleBenchmarks : IDisposable
{
    private readonly MemoryLimitDetector _detector = new();
    private readonly MemoryMeter _meter;
    private readonly MemoryGovernor _governor;

    public SampleBenchmarks()
    {
        // As if its own cgroup limited this process, so that the cgroup's files are read too.
        var found = _detector.Detect();
        var limit = found with { CgroupDirectory = found.Cgroup?.Directories[0] };
        _meter = new MemoryMeter(limit);
        var budget = new MemoryBudget(ByteSize.FromMegabytes(100));
        budget.AddPool(new BudgetPoolOptions("pool", ByteSize.FromMegabytes(50)));
        _governor = new MemoryGovernor(_meter, budget, () => limit, () => ByteSize.FromMegabytes(200));
        _governor.Ladder.Add(new HeapCompaction());
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _meter.Dispose();
        _detector.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "MemoryGovernor: sample")]
    public MemorySnapshot Sample() => _governor.Sample();

    [Benchmark(Description = "MemoryMeter: read")]
    public MemorySnapshot Read() => _meter.Read();

    [Benchmark(Description = "MemoryLimitDetector: read again")]
    public MemoryLimit Limit() => _detector.Detect();
}
