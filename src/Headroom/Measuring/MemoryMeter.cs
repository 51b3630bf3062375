using Headroom.Limits;

namespace Headroom.Measuring;

/// <summary>
/// Takes <see cref="MemorySnapshot"/>s from /proc/self/status and the limiting cgroup's files
/// (Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst). Missing files count as zero, never as an error.
/// </summary>
public sealed class MemoryMeter
{
    private readonly MemoryLimit _limit;
    private readonly TimeProvider _time;
    private readonly KernelFile _status;
    private readonly KernelFile _stat;
    private readonly KernelFile _usage;
    private readonly KernelFile _kernel;
    private readonly KernelFile _tcp;

    /// <summary>Prepares to measure this process under <paramref name="limit"/>.</summary>
    public MemoryMeter(MemoryLimit limit, TimeProvider? timeProvider = null, string root = "/")
    {
        _limit = limit;
        _time = timeProvider ?? TimeProvider.System;
        _status = new KernelFile(Path.Join(root, "proc/self/status"));
        var directory = limit.CgroupDirectory ?? "";
        _stat = new KernelFile(Path.Join(directory, "memory.stat"));
        _usage = new KernelFile(Path.Join(directory, limit.Cgroup?.Version == CgroupVersion.V1 ? "memory.usage_in_bytes" : "memory.current"));
        _kernel = new KernelFile(Path.Join(directory, "memory.kmem.usage_in_bytes"));
        _tcp = new KernelFile(Path.Join(directory, "memory.kmem.tcp.usage_in_bytes"));
    }

    /// <summary>Measures now: a few system calls and no allocation beyond file handles.</summary>
    public MemorySnapshot Read()
    {
        Span<byte> buffer = stackalloc byte[4096];
        var status = _status.TryRead(buffer, out var text) ? text : default;
        var gc = GC.GetGCMemoryInfo(GCKind.Any);
        return new MemorySnapshot
        {
            At = _time.GetUtcNow(),
            Anonymous = KernelFile.Get(status, "RssAnon:"u8) * 1024,
            File = KernelFile.Get(status, "RssFile:"u8) * 1024,
            Shared = KernelFile.Get(status, "RssShmem:"u8) * 1024,
            GcCommitted = gc.TotalCommittedBytes,
            GcHeap = GC.GetTotalMemory(forceFullCollection: false),
            GcLimit = gc.TotalAvailableMemoryBytes,
            Cgroup = _limit.CgroupDirectory is null ? null : ReadCgroup(),
        };
    }

    private CgroupUsage? ReadCgroup()
    {
        Span<byte> buffer = stackalloc byte[8192];
        if (!_stat.TryRead(buffer, out var stat))
            return null;
        return _limit.Cgroup!.Version == CgroupVersion.V1 ? ReadV1(stat) : ReadV2(stat);
    }

    private CgroupUsage ReadV1(ReadOnlySpan<byte> stat)
    {
        var sockets = _tcp.ReadNumber() ?? 0;
        return new CgroupUsage
        {
            Total = (_usage.ReadNumber() ?? 0) + sockets,
            Anonymous = KernelFile.Get(stat, "total_rss"u8),
            Shared = KernelFile.Get(stat, "total_shmem"u8),
            Kernel = _kernel.ReadNumber() ?? 0,
            Sockets = sockets,
            Dirty = KernelFile.Get(stat, "total_dirty"u8) + KernelFile.Get(stat, "total_writeback"u8),
            ActiveFile = KernelFile.Get(stat, "total_active_file"u8),
            InactiveFile = KernelFile.Get(stat, "total_inactive_file"u8),
            MajorFaults = KernelFile.Get(stat, "total_pgmajfault"u8),
        };
    }

    private CgroupUsage ReadV2(ReadOnlySpan<byte> stat)
    {
        // «kernel» came with Linux 5.18; before it, its main parts are summed.
        var kernel = KernelFile.TryGet(stat, "kernel"u8, out var all)
            ? all - KernelFile.Get(stat, "slab_reclaimable"u8)
            : KernelFile.Get(stat, "kernel_stack"u8) + KernelFile.Get(stat, "pagetables"u8) + KernelFile.Get(stat, "percpu"u8) + KernelFile.Get(stat, "slab_unreclaimable"u8);
        return new CgroupUsage
        {
            Total = _usage.ReadNumber() ?? 0,
            Anonymous = KernelFile.Get(stat, "anon"u8),
            Shared = KernelFile.Get(stat, "shmem"u8),
            Kernel = kernel,
            Sockets = KernelFile.Get(stat, "sock"u8),
            Dirty = KernelFile.Get(stat, "file_dirty"u8) + KernelFile.Get(stat, "file_writeback"u8),
            ActiveFile = KernelFile.Get(stat, "active_file"u8),
            InactiveFile = KernelFile.Get(stat, "inactive_file"u8),
            MajorFaults = KernelFile.Get(stat, "pgmajfault"u8),
        };
    }
}
