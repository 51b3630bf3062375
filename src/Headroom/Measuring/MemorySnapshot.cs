namespace Headroom.Measuring;

/// <summary>What the process and its cgroup hold at one moment; all figures in bytes.</summary>
public readonly record struct MemorySnapshot
{
    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Resident set: anonymous, file and shared pages of this process.</summary>
    public long Rss => Anonymous + File + Shared;

    /// <summary>Private pages with no file behind them: heaps, stacks (RssAnon).</summary>
    public long Anonymous { get; init; }

    /// <summary>Mapped file pages of this process: code, assemblies, model weights (RssFile).</summary>
    public long File { get; init; }

    /// <summary>Shared memory of this process (RssShmem).</summary>
    public long Shared { get; init; }

    /// <summary>What the garbage collector has committed, as of its last collection.</summary>
    public long GcCommitted { get; init; }

    /// <summary>Live and dead objects on the managed heap.</summary>
    public long GcHeap { get; init; }

    /// <summary>The most that the garbage collector may commit.</summary>
    public long GcLimit { get; init; }

    /// <summary>Bytes that this process read through system calls so far, from files and pipes (rchar of proc_pid_io(5)).</summary>
    public long ReadByCalls { get; init; }

    /// <summary>What the cgroup holds, or null where no cgroup limits this process.</summary>
    public CgroupUsage? Cgroup { get; init; }

    /// <summary>
    /// What the kernel can't take back: anonymous, shared, kernel, socket and dirty pages of the cgroup that is limited.
    /// This is what gets a process killed. Without a cgroup limit: the process's own anonymous and shared pages.
    /// </summary>
    public long Unreclaimable => Cgroup?.Unreclaimable ?? Anonymous + Shared;

    /// <summary>What platforms show: cgroup usage without inactive file pages; without a cgroup limit, the resident set.</summary>
    public long WorkingSet => Cgroup?.WorkingSet ?? Rss;
}
