using Headroom.Budget;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;

namespace Headroom.Tests.Pressure;

public sealed class PressureMonitorTests : IDisposable
{
    private readonly FakeTree _tree = FakeTree.V2("/a").V2Directory("/a", "1000000", current: "999999", stat: "anon 0\nfile 999999\nactive_file 999999\n");
    private readonly MemoryBudget _budget = new(new ByteSize(1000));
    private readonly MemoryPool _pool;
    private readonly PressureMonitor _monitor;

    public PressureMonitorTests()
    {
        var limit = new MemoryLimitDetector(_tree.Root).Detect();
        _pool = _budget.AddPool(new MemoryPoolOptions("pool", new ByteSize(1000)));
        _monitor = new PressureMonitor(limit, new MemoryMeter(limit, root: _tree.Root), _budget);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Mapped_files_that_fill_the_cgroup_are_no_pressure()
    {
        _monitor.Sample();

        Assert.Equal(PressureLevel.None, _monitor.Level);
        Assert.False(_budget.Paused);
    }

    [Fact]
    public void The_budget_is_paused_at_85_percent_and_goes_on_below_80()
    {
        Assert.Equal(849_000, Use(849_000).Unreclaimable);
        Assert.False(_budget.Paused);
        Use(850_000);
        Assert.True(_budget.Paused);
        Use(810_000);
        Assert.True(_budget.Paused);
        Use(799_000);
        Assert.False(_budget.Paused);
        Assert.Equal(PressureLevel.Moderate, _monitor.Level);
    }

    [Fact]
    public async Task Who_waited_while_paused_is_served_when_memory_has_come_back()
    {
        Assert.True(_pool.TryAcquire(1, out var running));
        Use(900_000);
        var waiting = _pool.AcquireAsync(1).AsTask();
        Assert.Equal(1, _pool.GetStatus().Waiting);

        Use(100_000);

        using var lease = await waiting;
        running.Dispose();
        Assert.Equal(1, _pool.GetStatus().Leased.Bytes);
    }

    [Fact]
    public void It_looks_ten_times_as_often_once_there_is_pressure()
    {
        Use(100_000);
        Assert.Equal(TimeSpan.FromSeconds(1), _monitor.Interval);
        Use(700_000);
        Assert.Equal(TimeSpan.FromMilliseconds(100), _monitor.Interval);
    }

    private MemorySnapshot Use(long unreclaimable)
    {
        _tree.Write("sys/fs/cgroup/a/memory.stat", $"anon {unreclaimable - 1000}\nsock 1000\nfile 5\n");
        return _monitor.Sample();
    }
}
