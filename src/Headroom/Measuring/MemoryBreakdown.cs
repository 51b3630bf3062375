namespace Headroom.Measuring;

/// <summary>
/// Where the working set is. Each part has a source of its own; what they don't cover is <see cref="Unexplained"/>
/// and is a figure to watch like any other.
/// </summary>
public sealed class MemoryBreakdown
{
    private MemoryBreakdown(MemorySnapshot snapshot, List<MemoryPart> parts)
    {
        Snapshot = snapshot;
        Parts = parts;
        Unexplained = snapshot.WorkingSet - parts.Sum(p => p.Bytes);
    }

    /// <summary>The figures that were broken down.</summary>
    public MemorySnapshot Snapshot { get; }

    /// <summary>The named parts.</summary>
    public IReadOnlyList<MemoryPart> Parts { get; }

    /// <summary>Working set minus the parts, in bytes; negative when parts were counted that are not charged here.</summary>
    public long Unexplained { get; }

    /// <summary>Measures and breaks down.</summary>
    /// <param name="meter">Measures.</param>
    /// <param name="counted">Parts that are counted by who holds them.</param>
    public static MemoryBreakdown Read(MemoryMeter meter, params IEnumerable<MemoryPartSource> counted)
    {
        var maps = new MemoryMapReader().Read();
        var snapshot = meter.Read();
        var parts = new List<MemoryPart>
        {
            new("managed heap", Math.Max(snapshot.GcCommitted, snapshot.GcHeap)),
            new("native heap", maps.MainHeap + maps.Arenas + Math.Max(0, NativeHeap.ArenaBytes - maps.HeapsFound) + NativeHeap.MappedBytes),
            new("compiled code", maps.CompiledCode),
            new("library data", maps.LibraryData),
        };
        if (snapshot.Cgroup is { } cgroup)
        {
            parts.Add(new("file pages in use (code, weights)", cgroup.ActiveFile));
            parts.Add(new("kernel", cgroup.Kernel));
            parts.Add(new("sockets", cgroup.Sockets));
        }
        else
        {
            parts.Add(new("file pages (code, weights)", snapshot.File));
        }
        parts.AddRange(counted.Select(source => new MemoryPart(source.Name, source.Bytes())));
        return new MemoryBreakdown(snapshot, parts);
    }
}
