namespace Headroom.Bench.Cgroups;

/// <summary>Version 1 (Documentation/admin-guide/cgroup-v1/memory.rst): kernel and socket memory have counters of their own.</summary>
internal sealed class MemoryCgroupV1 : MemoryCgroup
{
    public MemoryCgroupV1(string directory, long limit)
        : base(directory)
    {
        SetLimit(limit);
        // The kernel counts socket memory only from the moment a limit is written, even a limitless one.
        Write("memory.kmem.tcp.limit_in_bytes", -1);
    }

    public override int Version => 1;

    public override MemorySample Read()
    {
        var stat = ReadText("memory.stat");
        var socket = ReadNumber("memory.kmem.tcp.usage_in_bytes");
        return new MemorySample(
            Usage: ReadNumber("memory.usage_in_bytes") + socket,
            Anonymous: Value(stat, "total_rss"),
            Shmem: Value(stat, "total_shmem"),
            Kernel: ReadNumber("memory.kmem.usage_in_bytes"),
            Socket: socket,
            Dirty: Value(stat, "total_dirty"),
            Writeback: Value(stat, "total_writeback"),
            InactiveFile: Value(stat, "total_inactive_file"),
            FileMapped: Value(stat, "total_mapped_file"));
    }

    private protected override void SetLimit(long limit)
    {
        const string memory = "memory.limit_in_bytes", withSwap = "memory.memsw.limit_in_bytes";
        // The limit with swap may never be the lower one.
        if (Has(withSwap) && limit > ReadNumber(withSwap))
            Write(withSwap, limit);
        Write(memory, limit);
        if (Has(withSwap))
            Write(withSwap, limit);
    }

    public override long OomKills() => Value(ReadText("memory.oom_control"), "oom_kill");
}
