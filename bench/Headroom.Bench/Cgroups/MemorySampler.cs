using Headroom.Bench.Timing;

namespace Headroom.Bench.Cgroups;

/// <summary>Reads a cgroup from outside every ten milliseconds or so on a thread of its own, and keeps the peaks.</summary>
internal sealed class MemorySampler : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly MemoryCgroup _cgroup;
    private readonly Lock _lock = new();
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private MemoryPeaks _peaks = MemoryPeaks.None;
    private MemoryPeaks _phase = MemoryPeaks.None;

    public MemorySampler(MemoryCgroup cgroup)
    {
        _cgroup = cgroup;
        _thread = RealTimeThread.Start("memory sampler", Sample);
    }

    /// <summary>Since the sampler was made.</summary>
    public MemoryPeaks Peaks
    {
        get
        {
            lock (_lock)
                return _peaks;
        }
    }

    /// <summary>The peaks since the last call, or since the sampler was made.</summary>
    public MemoryPeaks TakePhase()
    {
        lock (_lock)
        {
            var phase = _phase;
            _phase = MemoryPeaks.None;
            return phase;
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Sample()
    {
        Add(_cgroup.Read(), gapMilliseconds: 0);
        var last = Stopwatch.GetTimestamp();
        while (!_stop.Wait(Interval))
        {
            var sample = _cgroup.Read();
            var now = Stopwatch.GetTimestamp();
            Add(sample, Stopwatch.GetElapsedTime(last, now).TotalMilliseconds);
            last = now;
        }
    }

    private void Add(in MemorySample sample, double gapMilliseconds)
    {
        lock (_lock)
        {
            _peaks = _peaks.With(sample, gapMilliseconds);
            _phase = _phase.With(sample, gapMilliseconds);
        }
    }
}
