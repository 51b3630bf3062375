using System.Runtime;
using Headroom.Trends;

namespace Headroom.Tests.Trends;

[Collection(Alone.Name)]
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
            var held = Enumerable.Range(0, (int)(Size / 16_384)).Select(_ => new byte[16_384]).ToArray();
            // With much cache in the processor the runtime would not have collected yet, and the figures are those of a collection.
            GC.Collect(1);
            Assert.InRange(ManagedGrowth.SinceFullCollection(), Size * 3 / 4, Size * 2);
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
