namespace Headroom.Measuring;

/// <summary>What is charged to the cgroup whose limit is the tightest; all figures in bytes, descendants included.</summary>
public readonly record struct CgroupUsage
{
    /// <summary>Everything that is charged, page cache and (v1: counted beside it) TCP buffers included.</summary>
    public long Total { get; init; }

    /// <summary>Anonymous pages.</summary>
    public long Anonymous { get; init; }

    /// <summary>Shared memory and tmpfs pages.</summary>
    public long Shared { get; init; }

    /// <summary>Kernel memory that can't be reclaimed: stacks, page tables, slabs in use.</summary>
    public long Kernel { get; init; }

    /// <summary>Socket buffers.</summary>
    public long Sockets { get; init; }

    /// <summary>File pages that must be written before they can be dropped.</summary>
    public long Dirty { get; init; }

    /// <summary>File pages in use lately; they can be dropped, at the price of reading them again.</summary>
    public long ActiveFile { get; init; }

    /// <summary>File pages not used lately.</summary>
    public long InactiveFile { get; init; }

    /// <summary>Major page faults so far (a count): pages that had to be read from disk.</summary>
    public long MajorFaults { get; init; }

    /// <summary>File pages so far (a count) that had been evicted and were read again; null where the kernel does not count them.</summary>
    public long? Refaults { get; init; }

    /// <summary>Share of the last ten seconds in which some task waited for memory, 0 to 1; null where the kernel does not measure it.</summary>
    public double? Stalled { get; init; }

    /// <summary>What the kernel can't take back.</summary>
    public long Unreclaimable => Anonymous + Shared + Kernel + Sockets + Dirty;

    /// <summary>Usage without the inactive file pages.</summary>
    public long WorkingSet => Math.Max(0, Total - InactiveFile);
}
