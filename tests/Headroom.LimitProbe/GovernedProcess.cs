using System.Diagnostics;
using System.Runtime.CompilerServices;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;
using Headroom.Reclaiming;

namespace Headroom.LimitProbe;

/// <summary>This process under a governor, in the cgroup it is in.</summary>
internal sealed class GovernedProcess
{
    private GovernedProcess()
    {
        var detector = new MemoryLimitDetector();
        Limit = detector.Detect();
        Meter = new MemoryMeter(Limit);
        Budget = new MemoryBudget(Limit.Size * 0.5);
        Governor = new MemoryGovernor(Meter, Budget, () => detector.Detect(), () => Limit.Size * 0.4);
        Governor.Ladder.Add(new HeapCompaction());
    }

    private MemoryLimit Limit { get; }

    private MemoryMeter Meter { get; }

    private MemoryBudget Budget { get; }

    private MemoryGovernor Governor { get; }

    private ReclaimerStatus Heap => Governor.Ladder.Status[0];

    /// <summary>Garbage and freed native memory fill nine tenths of the limit: nothing but the governor gives them back.</summary>
    public static IEnumerable<(string, object)> Recover()
    {
        var process = new GovernedProcess();
        MakeGarbage((int)(process.Limit.Size.Megabytes * 0.42));
        process.FillTo(0.87).FreeAndKeep();
        var before = process.Governor.Sample();
        yield return ("level before", process.Governor.Level);
        yield return ("paused before", process.Budget.Paused);
        process.SampleUntil(() => process.Governor.Level < PressureLevel.Moderate, seconds: 20);
        yield return ("level after", process.Governor.Level);
        yield return ("paused after", process.Budget.Paused);
        yield return ("fell", before.Unreclaimable - process.Governor.Sample().Unreclaimable);
        yield return ("runs", process.Heap.Runs);
        yield return ("returned", process.Heap.Returned.Bytes);
        yield return ("took ms", process.Heap.LastDuration.TotalMilliseconds);
        yield return ("unexplained", process.Governor.Unexplained.Bytes);
    }

    /// <summary>Memory that is really in use fills nine tenths of the limit: work goes on, one at a time.</summary>
    public static IEnumerable<(string, object)> GoOn()
    {
        var process = new GovernedProcess();
        var pool = process.Budget.AddPool(new BudgetPoolOptions("work", process.Budget.Capacity));
        var held = process.FillTo(0.87);
        process.Governor.Sample();
        var (running, most, done) = (0, 0, 0);
        var works = Enumerable.Range(0, 40).Select(_ => Task.Run(WorkAsync)).ToList();
        process.SampleUntil(() => works.TrueForAll(w => w.IsCompleted), seconds: 20);
        GC.KeepAlive(held);
        yield return ("level", process.Governor.Level);
        yield return ("done", done);
        yield return ("most at once", most);
        yield return ("heap runs", process.Heap.Runs);

        async Task WorkAsync()
        {
            using var lease = await pool.AcquireAsync(1 << 20);
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(2);
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref done);
        }
    }

    /// <summary>The limit is lowered and raised while the process runs.</summary>
    public static IEnumerable<(string, object)> ChangeLimit()
    {
        var process = new GovernedProcess();
        var file = Path.Join(process.Limit.CgroupDirectory, process.Limit.Cgroup!.Version == CgroupVersion.V1 ? "memory.limit_in_bytes" : "memory.max");
        foreach (var megabytes in new[] { 160, 320 })
        {
            File.WriteAllText(file, $"{(long)megabytes << 20}");
            process.SampleUntil(() => process.Governor.Limit.Size.Megabytes == megabytes, seconds: 5);
            yield return ($"limit {megabytes}", process.Governor.Limit.Size.Megabytes);
        }
    }

    /// <summary>Waits for a condition, sampling at the governor's pace.</summary>
    private void SampleUntil(Func<bool> condition, int seconds)
    {
        for (var clock = Stopwatch.StartNew(); !condition() && clock.Elapsed.TotalSeconds < seconds; Thread.Sleep(Governor.Interval))
            Governor.Sample();
    }

    private NativeBlocks FillTo(double share) => new((int)(((Limit.Size.Bytes * share) - Meter.Read().Unreclaimable) / (1 << 20)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeGarbage(int megabytes)
    {
        var garbage = new List<byte[]>();
        for (var i = 0; i < megabytes; i++)
            garbage.Add(Touch(new byte[1 << 20]));
        GC.KeepAlive(garbage);
    }

    private static byte[] Touch(byte[] bytes)
    {
        bytes.AsSpan().Fill(1);
        return bytes;
    }
}
