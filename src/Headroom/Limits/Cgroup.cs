namespace Headroom.Limits;

/// <summary>
/// The memory cgroup of this process, found as the kernel documents it: /proc/self/cgroup names the path,
/// /proc/self/mountinfo says where its hierarchy is mounted (cgroups(7), Documentation/admin-guide/cgroup-v2.rst).
/// </summary>
/// <param name="Version">v1 or v2.</param>
/// <param name="Directories">The process's own directory first, then every visible ancestor up to the mount.</param>
public sealed record Cgroup(CgroupVersion Version, IReadOnlyList<string> Directories)
{
    /// <summary>Finds the memory cgroup of the calling process.</summary>
    /// <param name="root">Where the file system starts; something else than «/» only in tests.</param>
    /// <returns>Null where there is none, or none is visible: never an exception for a missing or odd file.</returns>
    public static Cgroup? Find(string root = "/")
    {
        var memberships = Lines(root, "proc/self/cgroup");
        var mounts = Lines(root, "proc/self/mountinfo").Select(MountInfo.Parse).OfType<MountInfo>().ToList();
        return Find(CgroupVersion.V1) ?? Find(CgroupVersion.V2);

        Cgroup? Find(CgroupVersion version)
        {
            var path = memberships.Select(line => line.Split(':', 3)).FirstOrDefault(parts => parts.Length == 3 && Matches(version, parts))?[2];
            if (path is null)
                return null;
            // A hierarchy may be mounted more than once (a host's tree beside the container's): the mount that holds the path says most.
            var found = mounts
                .Where(m => m.HoldsMemory(version))
                .OrderByDescending(m => m.Covers(path))
                .Select(m => Directories(version, m, path))
                .FirstOrDefault(d => d.Count > 0);
            return found is null ? null : new Cgroup(version, found);
        }

        List<string> Directories(CgroupVersion version, MountInfo mount, string path)
        {
            var top = Path.Join(root, mount.MountPoint.TrimStart('/'));
            return [.. Ascend(Path.Join(top, mount.Relative(path)), top).Where(d => HasMemory(version, d))];
        }
    }

    private static bool Matches(CgroupVersion version, string[] parts) => version == CgroupVersion.V1
        ? parts[1].Split(',').Contains("memory", StringComparer.Ordinal)
        : parts is ["0", "", _];

    /// <summary>A v2 root has no limit files, and a hierarchy without the memory controller has no memory files at all.</summary>
    private static bool HasMemory(CgroupVersion version, string directory) =>
        File.Exists(Path.Join(directory, version == CgroupVersion.V1 ? "memory.limit_in_bytes" : "memory.current"));

    private static IEnumerable<string> Ascend(string directory, string top)
    {
        for (var at = directory.TrimEnd('/'); at is not null && at.Length >= top.TrimEnd('/').Length; at = Path.GetDirectoryName(at))
            yield return at;
    }

    private static string[] Lines(string root, string path)
    {
        try
        {
            return File.ReadAllLines(Path.Join(root, path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>One line of /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
    private sealed record MountInfo(string Root, string MountPoint, string Type, string SuperOptions)
    {
        public static MountInfo? Parse(string line)
        {
            // 36 35 98:0 /root /mount options [optional fields] - type source super-options
            var halves = line.Split(" - ", 2);
            var left = halves[0].Split(' ');
            var right = halves.Length == 2 ? halves[1].Split(' ') : [];
            return left.Length >= 5 && right.Length >= 3 ? new MountInfo(left[3], Unescape(left[4]), right[0], right[2]) : null;
        }

        public bool HoldsMemory(CgroupVersion version) => version == CgroupVersion.V1
            ? Type == "cgroup" && SuperOptions.Split(',').Contains("memory", StringComparer.Ordinal)
            : Type == "cgroup2";

        /// <summary>
        /// Inside a container the hierarchy's own part is mounted (root = the container's path) while the
        /// membership may still name the path as the host sees it.
        /// </summary>
        public string Relative(string path) => !Covers(path) ? "" : Root == "/" ? path : path[Root.Length..];

        /// <summary>Whether the path lies below what is mounted; «..» names a place outside the cgroup namespace.</summary>
        public bool Covers(string path) =>
            !path.Split('/').Contains("..", StringComparer.Ordinal) && (Root == "/" || path == Root || path.StartsWith(Root + "/", StringComparison.Ordinal));

        private static string Unescape(string path) => path.Replace("\\040", " ", StringComparison.Ordinal);
    }
}
