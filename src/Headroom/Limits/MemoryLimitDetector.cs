namespace Headroom.Limits;

/// <summary>
/// Finds the limit that applies: the smallest of every ancestor's cgroup limit, the configured one and the machine's memory.
/// Asking again is cheap: it re-reads a few numbers. Thread-safe.
/// </summary>
/// <param name="root">Where the file system starts; something else than «/» only in tests.</param>
public sealed class MemoryLimitDetector(string root = "/") : IDisposable
{
    private readonly Lock _lock = new();
    private readonly KernelFile _membership = new(Path.Join(root, "proc/self/cgroup"));
    private byte[]? _member;
    private Cgroup? _cgroup;
    private LimitFile[] _files = [];
    private ByteSize? _physical;
    private MemoryLimit? _last;

    /// <summary>Reads the limit as it is now.</summary>
    /// <param name="configured">A limit from the configuration; it can only tighten what the kernel enforces.</param>
    /// <returns>The same object as the last time for as long as nothing has changed.</returns>
    public MemoryLimit Detect(ByteSize? configured = null)
    {
        lock (_lock)
        {
            FollowProcess();
            var size = _physical ??= PhysicalMemory();
            var (source, directory) = ("physical memory", (string?)null);
            foreach (var file in _files)
            {
                if (file.Number.ReadNumber() is { } bytes and >= 0 && bytes < size.Bytes)
                    (size, source, directory) = (new ByteSize(bytes), file.Source, file.Directory);
            }
            if (configured is { } own && own < size)
                (size, source) = (own, "configuration");
            return _last is { } last && (last.Size, last.Source, last.CgroupDirectory) == (size, source, directory) && last.Cgroup == _cgroup
                ? last
                : _last = new MemoryLimit(size, source, _cgroup, directory);
        }
    }

    /// <summary>Closes the kernel's files.</summary>
    public void Dispose()
    {
        _membership.Dispose();
        foreach (var file in _files)
            file.Number.Dispose();
    }

    /// <summary>A process may be moved to another cgroup while it runs.</summary>
    private void FollowProcess()
    {
        Span<byte> buffer = stackalloc byte[4096];
        _membership.TryRead(buffer, out var member);
        if (_member is not null && member.SequenceEqual(_member))
            return;
        _member = member.ToArray();
        foreach (var file in _files)
            file.Number.Dispose();
        _cgroup = Cgroup.Find(root);
        _files = [.. _cgroup?.Directories.SelectMany(directory => LimitFiles(_cgroup.Version, directory)) ?? []];
    }

    /// <summary><c>memory.high</c> does not kill but throttles until the process stands still, so it limits as well.</summary>
    private static IEnumerable<LimitFile> LimitFiles(CgroupVersion version, string directory)
    {
        string[] names = version == CgroupVersion.V1 ? ["memory.limit_in_bytes"] : ["memory.max", "memory.high"];
        foreach (var path in names.Select(name => Path.Join(directory, name)))
            yield return new LimitFile(new KernelFile(path), directory, $"cgroup {version.ToString().ToLowerInvariant()}, {path}");
    }

    private ByteSize PhysicalMemory()
    {
        Span<byte> buffer = stackalloc byte[4096];
        using var information = new KernelFile(Path.Join(root, "proc/meminfo"));
        return information.TryRead(buffer, out var text) && KernelFile.TryGet(text, "MemTotal:"u8, out var kilobytes)
            ? new ByteSize(kilobytes * 1024)
            : new ByteSize(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <summary>«max» is no number; v1's way to say so, the largest page-aligned number, is never the smallest limit.</summary>
    private sealed record LimitFile(KernelFile Number, string Directory, string Source);
}
