namespace Headroom.Limits;

/// <summary>How much memory this process may use, and who says so.</summary>
/// <param name="Size">The limit in bytes.</param>
/// <param name="Source">What set it, for people: a cgroup file's path, «configuration», or «physical memory».</param>
/// <param name="Cgroup">The process's memory cgroup, if one is visible.</param>
/// <param name="CgroupDirectory">
/// The directory whose limit is the tightest: what is charged there decides about a kill. Null when no cgroup limits the process.
/// </param>
public sealed record MemoryLimit(ByteSize Size, string Source, Cgroup? Cgroup = null, string? CgroupDirectory = null);
