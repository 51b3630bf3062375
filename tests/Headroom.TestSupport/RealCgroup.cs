using System.Globalization;

namespace Headroom.TestSupport;

/// <summary>
/// A cgroup, of version 1 or 2, with a memory limit that the kernel enforces. Only root can make one; where none can be made the test is
/// skipped and says why. Removed when disposed.
/// </summary>
public sealed class RealCgroup : IDisposable
{
    private const string TopOfV1 = "/sys/fs/cgroup/memory";
    private const string TopOfV2 = "/sys/fs/cgroup";

    private readonly bool _isV2;

    private RealCgroup(bool isV2, string directory, long limit)
    {
        (_isV2, Directory) = (isV2, directory);
        System.IO.Directory.CreateDirectory(directory);
        Limit = limit;
        // Nothing is swapped out in place of being killed. (A limit with swap, which v1 has, could not be passed by raising the other.)
        var swap = isV2 ? "memory.swap.max" : "memory.swappiness";
        if (File.Exists(Path.Join(directory, swap)))
            Write(swap, 0);
        // On v1 the kernel keeps socket memory in an account of its own, which counts only where it has a limit.
        if (!isV2)
            Write("memory.kmem.tcp.limit_in_bytes", -1);
    }

    public string Directory { get; }

    /// <summary>Where the kernel keeps the limit.</summary>
    public string LimitFile => _isV2 ? "memory.max" : "memory.limit_in_bytes";

    /// <summary>The limit in bytes; it can be changed.</summary>
    public long Limit
    {
        get => Read(LimitFile);
        set => Write(LimitFile, value);
    }

    /// <summary>How many processes the kernel killed in it for want of memory.</summary>
    public long Kills => Counter(_isV2 ? "memory.events" : "memory.oom_control", "oom_kill");

    /// <summary>The most bytes that were charged to it at once, page cache included.</summary>
    public long MostUsed => Read(_isV2 ? "memory.peak" : "memory.max_usage_in_bytes");

    /// <summary>What a process writes its number to, to be moved in.</summary>
    public string ProcessesFile => Path.Join(Directory, "cgroup.procs");

    /// <param name="limit">Bytes.</param>
    public static RealCgroup CreateOrSkip(long limit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Control groups exist on Linux only.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may make a control group: run the tests as root to include this one.");
        var isV2 = !File.Exists(Path.Join(TopOfV1, "memory.limit_in_bytes"));
        Assert.SkipWhen(
            isV2 && !File.Exists(Path.Join(TopOfV2, "cgroup.controllers")), "This machine shows no memory control group to make another one in.");
        var top = isV2 ? TopOfV2 : TopOfV1;
        try
        {
            return new RealCgroup(isV2, Path.Join(top, $"headroom-tests-{Environment.ProcessId}-{Guid.NewGuid():N}"), limit);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"Root as it is in this container may not make a control group below {top}: {problem.Message}");
            throw;
        }
    }

    /// <summary>A cgroup inside this one.</summary>
    /// <param name="limit">Bytes.</param>
    public RealCgroup CreateChild(long limit)
    {
        if (_isV2)
            File.WriteAllText(Path.Join(Directory, "cgroup.subtree_control"), "+memory");
        return new RealCgroup(_isV2, Path.Join(Directory, "child"), limit);
    }

    public void Dispose()
    {
        // A process that has ended leaves its cgroup only once the kernel has torn it down.
        for (var attempt = 0; System.IO.Directory.Exists(Directory); attempt++)
        {
            try
            {
                System.IO.Directory.Delete(Directory);
            }
            catch (IOException) when (attempt < 200)
            {
                Thread.Sleep(50);
            }
        }
    }

    private long Counter(string file, string name) => long.Parse(
        File.ReadLines(Path.Join(Directory, file)).Single(l => l.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..],
        CultureInfo.InvariantCulture);

    private long Read(string file) => long.Parse(File.ReadAllText(Path.Join(Directory, file)), CultureInfo.InvariantCulture);

    private void Write(string file, long value) => File.WriteAllText(Path.Join(Directory, file), value.ToString(CultureInfo.InvariantCulture));
}
