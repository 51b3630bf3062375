namespace Headroom.Bench.Cgroups;

/// <summary>Finds where the memory controller is mounted, from /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
internal static class MemoryController
{
    /// <returns>1 or 2: the cgroup version that has the memory controller.</returns>
    /// <exception cref="BenchException">Neither has it.</exception>
    public static int Find(out string mountPoint)
    {
        var mounts = File.ReadLines("/proc/self/mountinfo").Select(Parse).ToList();
        if (mounts.Find(mount => mount.Type == "cgroup" && mount.Options.Split(',').Contains("memory")) is { Path: { } v1 })
        {
            mountPoint = v1;
            return 1;
        }
        var v2 = mounts.Find(mount => mount.Type == "cgroup2" && HasMemory(mount.Path)).Path;
        mountPoint = v2 ?? throw new BenchException("No memory cgroup controller is mounted here: the bench needs Linux with cgroup v1 or v2.");
        return 2;
    }

    private static bool HasMemory(string directory)
    {
        var controllers = Path.Join(directory, "cgroup.controllers");
        return File.Exists(controllers) && File.ReadAllText(controllers).Split([' ', '\n']).Contains("memory");
    }

    private static (string Path, string Type, string Options) Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        var right = halves[1].Split(' ');
        return (halves[0].Split(' ')[4], right[0], right[^1]);
    }
}
