namespace Headroom.Bench.Cgroups;

/// <summary>Reads a cgroup from outside every ten milliseconds or so on a thread of its own, and keeps the peaks.</summary>
public sealed class MemorySampler : IDisposable
{
    /// <summary>The lowest real-time priority is above everything measured: a sampler that waits for a busy processor misses peaks.</summary>
    private const string RealTimePriority = "1";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly MemoryCgroup _cgroup;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private volatile MemoryPeaks _peaks = MemoryPeaks.None;

    public MemorySampler(MemoryCgroup cgroup)
    {
        _cgroup = cgroup;
        _thread = new Thread(Sample) { IsBackground = true, Name = "memory sampler" };
        _thread.Start();
    }

    /// <summary>Since the sampler was made.</summary>
    public MemoryPeaks Peaks => _peaks;

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Sample()
    {
        TakePrecedence();
        _peaks = _peaks.With(_cgroup.Read(), gapMilliseconds: 0);
        var last = Stopwatch.GetTimestamp();
        while (!_stop.Wait(Interval))
        {
            var sample = _cgroup.Read();
            var now = Stopwatch.GetTimestamp();
            _peaks = _peaks.With(sample, Stopwatch.GetElapsedTime(last, now).TotalMilliseconds);
            last = now;
        }
    }

    /// <summary>A thread has a scheduling policy of its own (sched(7)); what other threads start does not inherit it.</summary>
    private static void TakePrecedence()
    {
        var thread = Path.GetFileName(File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.FullName);
        try
        {
            var start = new ProcessStartInfo("chrt", ["--fifo", "--pid", RealTimePriority, thread]) { UseShellExecute = false, RedirectStandardError = true };
            using var change = Process.Start(start)!;
            change.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Without chrt, or without leave for it, gaps are longer; the report says how long.
        }
    }
}
