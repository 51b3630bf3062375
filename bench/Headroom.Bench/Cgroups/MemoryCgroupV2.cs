namespace Headroom.Bench.Cgroups;

/// <summary>Version 2 (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed class MemoryCgroupV2 : MemoryCgroup
{
    public MemoryCgroupV2(string directory, long limit)
        : base(directory)
    {
        SetLimit(limit);
        if (Has("memory.swap.max"))
            Write("memory.swap.max", 0);
    }

    public override int Version => 2;

    /// <summary>Lets children of a cgroup have memory limits.</summary>
    public static void Delegate(string parent)
    {
        var control = Path.Join(parent, "cgroup.subtree_control");
        if (!File.ReadAllText(control).Split([' ', '\n']).Contains("memory"))
            File.WriteAllText(control, "+memory");
    }

    public override MemorySample Read()
    {
        var stat = ReadText("memory.stat");
        return new MemorySample(
            Usage: ReadNumber("memory.current"),
            Anonymous: Value(stat, "anon"),
            Shmem: Value(stat, "shmem"),
            Kernel: Value(stat, "kernel"),
            Socket: Value(stat, "sock"),
            Dirty: Value(stat, "file_dirty"),
            Writeback: Value(stat, "file_writeback"),
            InactiveFile: Value(stat, "inactive_file"),
            FileMapped: Value(stat, "file_mapped"));
    }

    private protected override void SetLimit(long limit) => Write("memory.max", limit);

    public override long OomKills() => Value(ReadText("memory.events"), "oom_kill");
}
