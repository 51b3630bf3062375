namespace Headroom.Tests;

/// <summary>A folder that stands in for «/», with the kernel files that a test writes into it.</summary>
internal sealed class FakeTree : IDisposable
{
    private const string V1Mount = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory";
    private const string V2Mount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate";

    public FakeTree() => Write("proc/meminfo", "MemTotal:        2097152 kB\nMemFree:         1048576 kB\n");

    public string Root { get; } = Directory.CreateTempSubdirectory("headroom-").FullName;

    /// <summary>A machine with the unified hierarchy at its usual place, and this process in <paramref name="path"/>.</summary>
    public static FakeTree V2(string path) => new FakeTree().Membership($"0::{path}").Mounts(V2Mount);

    /// <summary>A machine with the memory hierarchy of v1 at its usual place, and this process in <paramref name="path"/>.</summary>
    public static FakeTree V1(string path) => new FakeTree().Membership($"4:memory:{path}", "1:name=systemd:/").Mounts(V1Mount);

    public string At(string path) => Path.Join(Root, path);

    public FakeTree Write(string path, string text)
    {
        var file = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public FakeTree Membership(params string[] lines) => Write("proc/self/cgroup", string.Join('\n', lines) + "\n");

    public FakeTree Mounts(params string[] lines) => Write("proc/self/mountinfo", string.Join('\n', lines) + "\n");

    /// <summary>A v2 directory below the usual mount.</summary>
    public FakeTree V2Directory(string path, string max, string high = "max", string current = "0", string stat = "") =>
        Write($"sys/fs/cgroup{path}/memory.max", max + "\n")
            .Write($"sys/fs/cgroup{path}/memory.high", high + "\n")
            .Write($"sys/fs/cgroup{path}/memory.current", current + "\n")
            .Write($"sys/fs/cgroup{path}/memory.stat", stat);

    /// <summary>A v1 directory below the usual mount.</summary>
    public FakeTree V1Directory(string path, string limit, string usage = "0", string stat = "") =>
        Write($"sys/fs/cgroup/memory{path}/memory.limit_in_bytes", limit + "\n")
            .Write($"sys/fs/cgroup/memory{path}/memory.usage_in_bytes", usage + "\n")
            .Write($"sys/fs/cgroup/memory{path}/memory.stat", stat);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
