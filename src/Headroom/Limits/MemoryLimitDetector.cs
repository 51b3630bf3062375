using System.Globalization;

namespace Headroom.Limits;

/// <summary>
/// Finds the limit that applies: the smallest of every ancestor's cgroup limit, the configured one and the machine's memory.
/// </summary>
/// <param name="root">Where the file system starts; something else than «/» only in tests.</param>
public sealed class MemoryLimitDetector(string root = "/")
{
    /// <summary>Reads the limit as it is now.</summary>
    /// <param name="configured">A limit from the configuration; it can only tighten what the kernel enforces.</param>
    public MemoryLimit Detect(ByteSize? configured = null)
    {
        var cgroup = Cgroup.Find(root);
        var limit = new MemoryLimit(PhysicalMemory(), "physical memory", cgroup);
        if (cgroup is not null)
        {
            foreach (var file in cgroup.Directories.SelectMany(directory => LimitFiles(cgroup.Version, directory)))
            {
                if (Read(file) is { } size && size < limit.Size)
                    limit = limit with { Size = size, Source = $"cgroup {cgroup.Version.ToString().ToLowerInvariant()}, {file}", CgroupDirectory = Path.GetDirectoryName(file) };
            }
        }
        return configured is { } own && own < limit.Size ? limit with { Size = own, Source = "configuration" } : limit;
    }

    /// <summary><c>memory.high</c> does not kill but throttles until the process stands still, so it limits as well.</summary>
    private static string[] LimitFiles(CgroupVersion version, string directory) => version == CgroupVersion.V1
        ? [Path.Join(directory, "memory.limit_in_bytes")]
        : [Path.Join(directory, "memory.max"), Path.Join(directory, "memory.high")];

    /// <summary>Null for «max»; v1's way to say so, the largest page-aligned number, is never the smallest limit.</summary>
    private static ByteSize? Read(string file)
    {
        try
        {
            var text = File.ReadAllText(file).AsSpan().Trim();
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? new ByteSize(bytes) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private ByteSize PhysicalMemory()
    {
        Span<byte> buffer = stackalloc byte[4096];
        return new KernelFile(Path.Join(root, "proc/meminfo")).TryRead(buffer, out var text) && KernelFile.TryGet(text, "MemTotal:"u8, out var kilobytes)
            ? new ByteSize(kilobytes * 1024)
            : new ByteSize(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }
}
