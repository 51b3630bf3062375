using Headroom.Budget;
using Headroom.Governing;
using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.Tests.Governing;

/// <summary>A governor over a made-up cgroup of 512 MB, a budget of 300 MB with one pool, and a plan that expects 100 MB without leases.</summary>
public abstract class GovernorFixture : IDisposable
{
    private protected const long Mega = 1 << 20;

    private readonly FakeTree _tree = FakeTree.V2("/a")
        .V2Directory("/a", $"{512 * Mega}")
        .Write("proc/self/status", "RssAnon:\t8 kB\n")
        .Write("proc/self/io", "rchar: 0\n");
    private readonly MemoryLimitDetector _detector;
    private readonly MemoryMeter _meter;

    private protected GovernorFixture()
    {
        _detector = new MemoryLimitDetector(_tree.Root);
        _meter = new MemoryMeter(_detector.Detect(), Clock, _tree.Root);
        Budget = new MemoryBudget(ByteSize.FromMegabytes(300), Clock);
        Pool = Budget.AddPool(new BudgetPoolOptions("pool", ByteSize.FromMegabytes(300)));
        Governor = new MemoryGovernor(_meter, Budget, () => _detector.Detect(), () => new ByteSize(Expected), Clock);
        // From where the surplus is measured.
        Use(100);
    }

    private protected FakeClock Clock { get; } = new();

    private protected MemoryBudget Budget { get; }

    private protected BudgetPool Pool { get; }

    private protected MemoryGovernor Governor { get; }

    private protected long Expected { get; set; } = 100 * Mega;

    /// <summary>Megabytes that can't be reclaimed.</summary>
    private protected double Used { get; private set; }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _meter.Dispose();
        _detector.Dispose();
        _tree.Dispose();
    }

    private protected void Set(double used, double mapped = 0, long refaults = 0)
    {
        Used = used;
        _tree.Write(
            "sys/fs/cgroup/a/memory.stat",
            $"anon {(long)(used * Mega) - 1000}\nsock 1000\nfile {(long)(mapped * Mega)}\nactive_file {(long)(mapped * Mega)}\n"
            + $"pgmajfault 0\nworkingset_refault_file {refaults}\n");
    }

    /// <summary>Sets what is measured and takes a sample.</summary>
    private protected MemorySnapshot Use(double used, double mapped = 0, long refaults = 0)
    {
        Set(used, mapped, refaults);
        return Governor.Sample();
    }

    /// <summary>Time passes, then a sample is taken.</summary>
    private protected void Wait(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Governor.Sample();
    }

    private protected void SetLimit(double megabytes) => _tree.Write("sys/fs/cgroup/a/memory.max", $"{(long)(megabytes * Mega)}\n");

    private protected MemoryLeaseHolder Lease(double megabytes)
    {
        Assert.True(Pool.TryAcquire((long)(megabytes * Mega), out var lease), $"No lease of {megabytes} MB.");
        return new MemoryLeaseHolder(lease);
    }

    /// <summary>A lease that can be captured.</summary>
    private protected sealed record MemoryLeaseHolder(MemoryLease Lease) : IDisposable
    {
        public void Dispose() => Lease.Dispose();
    }
}
