using Headroom.Limits;

namespace Headroom.Measuring;

/// <summary>
/// Takes <see cref="MemorySnapshot"/>s from /proc/self/status, /proc/self/io and the files of the cgroup whose limit is the tightest.
/// Missing files count as zero, never as an error. Thread-safe.
/// </summary>
public sealed class MemoryMeter : IDisposable
{
    private readonly TimeProvider _time;
    private readonly KernelFile _status;
    private readonly KernelFile _io;
    private CgroupReader? _cgroup;
    private Collected _collected = new(-1, 0, 0);

    /// <summary>Prepares to measure this process under <paramref name="limit"/>.</summary>
    public MemoryMeter(MemoryLimit limit, TimeProvider? timeProvider = null, string root = "/")
    {
        _time = timeProvider ?? TimeProvider.System;
        _status = new KernelFile(Path.Join(root, "proc/self/status"));
        _io = new KernelFile(Path.Join(root, "proc/self/io"));
        Follow(limit);
    }

    /// <summary>Measures the cgroup of another limit from now on, for another may have become the tightest.</summary>
    public void Follow(MemoryLimit limit)
    {
        if (_cgroup?.Directory == limit.CgroupDirectory)
            return;
        var cgroup = limit.CgroupDirectory is null ? null : new CgroupReader(limit.Cgroup!.Version, limit.CgroupDirectory);
        Interlocked.Exchange(ref _cgroup, cgroup)?.Dispose();
    }

    /// <summary>Measures now: a few system calls and, unless the collector has run since, no allocation.</summary>
    public MemorySnapshot Read()
    {
        Span<byte> buffer = stackalloc byte[4096];
        var status = _status.TryRead(buffer, out var text) ? text : default;
        var collected = ReadCollected();
        Span<byte> counters = stackalloc byte[512];
        var io = _io.TryRead(counters, out text) ? text : default;
        return new MemorySnapshot
        {
            At = _time.GetUtcNow(),
            Anonymous = KernelFile.Get(status, "RssAnon:"u8) * 1024,
            File = KernelFile.Get(status, "RssFile:"u8) * 1024,
            Shared = KernelFile.Get(status, "RssShmem:"u8) * 1024,
            GcCommitted = collected.Committed,
            GcHeap = GC.GetTotalMemory(forceFullCollection: false),
            GcLimit = collected.Limit,
            ReadByCalls = KernelFile.Get(io, "rchar:"u8),
            Cgroup = Volatile.Read(ref _cgroup)?.Read(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _status.Dispose();
        _io.Dispose();
        Interlocked.Exchange(ref _cgroup, null)?.Dispose();
    }

    /// <summary>The collector's figures change when it runs, and asking for them allocates.</summary>
    private Collected ReadCollected()
    {
        var collections = GC.CollectionCount(0);
        var known = Volatile.Read(ref _collected);
        if (known.Collections == collections)
            return known;
        var gc = GC.GetGCMemoryInfo(GCKind.Any);
        known = new Collected(collections, gc.TotalCommittedBytes, gc.TotalAvailableMemoryBytes);
        Volatile.Write(ref _collected, known);
        return known;
    }

    private sealed record Collected(int Collections, long Committed, long Limit);
}
