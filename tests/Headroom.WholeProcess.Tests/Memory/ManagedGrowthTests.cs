using System.Runtime;
using Headroom.Trends;

namespace Headroom.WholeProcess.Tests.Memory;

public sealed class ManagedGrowthTests
{
    private const long Size = 64 << 20;

    [Fact]
    public void What_is_allocated_after_a_full_collection_counts_until_the_next_one()
    {
        var mode = GCSettings.LatencyMode;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Keeps the runtime from a full collection of its own.
        GCSettings.LatencyMode = GCLatencyMode.LowLatency;
        try
        {
            Assert.InRange(ManagedGrowth.SinceFullCollection(), 0, Size / 8);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var held = Enumerable.Range(0, (int)(Size / 16_384)).Select(_ => new byte[16_384]).ToArray();
            // The figures are those of a collection. One that is asked for can become a full one: it must come by itself.
            for (var seen = GC.CollectionCount(0); GC.CollectionCount(0) == seen;)
                GC.KeepAlive(new byte[16_384]);
            Assert.InRange(ManagedGrowth.SinceFullCollection(), Size * 3 / 4, GC.GetTotalAllocatedBytes(precise: true) - before + (Size / 2));
            GC.KeepAlive(held);
        }
        finally
        {
            GCSettings.LatencyMode = mode;
        }
        GC.Collect();
        Assert.InRange(ManagedGrowth.SinceFullCollection(), 0, Size / 8);
    }
}
