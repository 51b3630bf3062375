namespace Headroom.Bench.Cgroups;

/// <summary>What a memory cgroup held at one moment, in bytes.</summary>
/// <param name="Usage">Everything charged, socket memory included (v1 keeps that apart; it is added here).</param>
/// <param name="Anonymous">Heap, stacks, private writable mappings.</param>
/// <param name="Shmem">Shared memory and tmpfs.</param>
/// <param name="Kernel">Page tables, kernel stacks, slab.</param>
/// <param name="Socket">Buffers of TCP connections.</param>
/// <param name="Dirty">File pages not written yet.</param>
/// <param name="Writeback">File pages being written.</param>
/// <param name="InactiveFile">File pages the kernel would drop first.</param>
/// <param name="FileMapped">File pages that are mapped into a process and were charged here.</param>
internal readonly record struct MemorySample(
    long Usage, long Anonymous, long Shmem, long Kernel, long Socket, long Dirty, long Writeback, long InactiveFile, long FileMapped)
{
    /// <summary>What the kernel cannot take back: this is what gets a process killed.</summary>
    public long Unreclaimable => Anonymous + Shmem + Kernel + Socket + Dirty + Writeback;

    /// <summary>What platforms show.</summary>
    public long WorkingSet => Math.Max(0, Usage - InactiveFile);
}
