using System.Buffers.Text;
using Headroom.Limits;

namespace Headroom.Measuring;

/// <summary>
/// Reads what is charged to one cgroup (Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst).
/// Missing files and keys count as zero, never as an error.
/// </summary>
internal sealed class CgroupReader : IDisposable
{
    private readonly CgroupVersion _version;
    private readonly KernelFile _stat;
    private readonly KernelFile _usage;
    private readonly KernelFile _kernel;
    private readonly KernelFile _tcp;
    private readonly KernelFile? _pressure;

    public CgroupReader(CgroupVersion version, string directory)
    {
        (_version, Directory) = (version, directory);
        _stat = new KernelFile(Path.Join(directory, "memory.stat"));
        _usage = new KernelFile(Path.Join(directory, version == CgroupVersion.V1 ? "memory.usage_in_bytes" : "memory.current"));
        _kernel = new KernelFile(Path.Join(directory, "memory.kmem.usage_in_bytes"));
        _tcp = new KernelFile(Path.Join(directory, "memory.kmem.tcp.usage_in_bytes"));
        // Where the kernel keeps no stall information the file is missing, or there and fails at every read.
        var pressure = new KernelFile(Path.Join(directory, "memory.pressure"));
        Span<byte> buffer = stackalloc byte[256];
        if (pressure.TryRead(buffer, out _))
            _pressure = pressure;
    }

    public string Directory { get; }

    /// <returns>Null when the cgroup is gone.</returns>
    public CgroupUsage? Read()
    {
        Span<byte> buffer = stackalloc byte[8192];
        if (!_stat.TryRead(buffer, out var stat))
            return null;
        return _version == CgroupVersion.V1 ? ReadV1(stat) : ReadV2(stat);
    }

    public void Dispose()
    {
        _stat.Dispose();
        _usage.Dispose();
        _kernel.Dispose();
        _tcp.Dispose();
        _pressure?.Dispose();
    }

    private CgroupUsage ReadV1(ReadOnlySpan<byte> stat)
    {
        var sockets = _tcp.ReadNumber() ?? 0;
        return new CgroupUsage
        {
            Total = (_usage.ReadNumber() ?? 0) + sockets,
            Anonymous = KernelFile.Get(stat, "total_rss"u8),
            Shared = KernelFile.Get(stat, "total_shmem"u8),
            Kernel = _kernel.ReadNumber() ?? 0,
            Sockets = sockets,
            Dirty = KernelFile.Get(stat, "total_dirty"u8) + KernelFile.Get(stat, "total_writeback"u8),
            ActiveFile = KernelFile.Get(stat, "total_active_file"u8),
            InactiveFile = KernelFile.Get(stat, "total_inactive_file"u8),
            MajorFaults = KernelFile.Get(stat, "total_pgmajfault"u8),
            Refaults = Counter(stat, "total_workingset_refault_file"u8, "total_workingset_refault"u8),
            Stalled = ReadStalled(),
        };
    }

    private CgroupUsage ReadV2(ReadOnlySpan<byte> stat)
    {
        // «kernel» came with Linux 5.18; before it, its main parts are summed.
        var kernel = KernelFile.TryGet(stat, "kernel"u8, out var all)
            ? all - KernelFile.Get(stat, "slab_reclaimable"u8)
            : KernelFile.Get(stat, "kernel_stack"u8)
                + KernelFile.Get(stat, "pagetables"u8)
                + KernelFile.Get(stat, "percpu"u8)
                + KernelFile.Get(stat, "slab_unreclaimable"u8);
        return new CgroupUsage
        {
            Total = _usage.ReadNumber() ?? 0,
            Anonymous = KernelFile.Get(stat, "anon"u8),
            Shared = KernelFile.Get(stat, "shmem"u8),
            Kernel = kernel,
            Sockets = KernelFile.Get(stat, "sock"u8),
            Dirty = KernelFile.Get(stat, "file_dirty"u8) + KernelFile.Get(stat, "file_writeback"u8),
            ActiveFile = KernelFile.Get(stat, "active_file"u8),
            InactiveFile = KernelFile.Get(stat, "inactive_file"u8),
            MajorFaults = KernelFile.Get(stat, "pgmajfault"u8),
            Refaults = Counter(stat, "workingset_refault_file"u8, "workingset_refault"u8),
            Stalled = ReadStalled(),
        };
    }

    /// <summary>Refaults of anonymous pages have a counter of their own since Linux 5.9; before it there was one for files.</summary>
    private static long? Counter(ReadOnlySpan<byte> stat, ReadOnlySpan<byte> key, ReadOnlySpan<byte> earlier) =>
        KernelFile.TryGet(stat, key, out var value) || KernelFile.TryGet(stat, earlier, out value) ? value : null;

    /// <summary>«some avg10=1.23 …» (Documentation/accounting/psi.rst): percent of the last ten seconds.</summary>
    private double? ReadStalled()
    {
        Span<byte> buffer = stackalloc byte[256];
        return _pressure is not null
            && _pressure.TryRead(buffer, out var text)
            && text.StartsWith("some avg10="u8)
            && Utf8Parser.TryParse(text["some avg10="u8.Length..], out double percent, out _)
            ? percent / 100
            : null;
    }
}
