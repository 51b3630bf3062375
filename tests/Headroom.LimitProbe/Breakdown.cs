using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.LimitProbe;

/// <summary>Works with native memory on several threads, and says how much of the working set has no name: before and after a trim.</summary>
internal static class Breakdown
{
    public static IEnumerable<(string, object)> Run()
    {
        NativeHeap.KeepSmall();
        var meter = new MemoryMeter(new MemoryLimitDetector().Detect());
        var blocks = new NativeBlocks[4];
        Parallel.For(0, blocks.Length, new ParallelOptions { MaxDegreeOfParallelism = blocks.Length }, i => blocks[i] = new NativeBlocks(15));
        var full = MemoryBreakdown.Read(meter);
        Array.ForEach(blocks, b => b.FreeAndKeep());
        var freed = MemoryBreakdown.Read(meter);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        var trimmed = MemoryBreakdown.Read(meter);
        foreach (var (name, breakdown) in new[] { ("full", full), ("freed", freed), ("trimmed", trimmed) })
        {
            yield return ($"{name} working set", breakdown.Snapshot.WorkingSet);
            yield return ($"{name} unexplained", breakdown.Unexplained);
            foreach (var part in breakdown.Parts)
                yield return ($"{name} {part.Name}", part.Bytes);
        }
    }
}
