using System.Globalization;

namespace Headroom.EndToEnd.Running;

/// <summary>A real memory cgroup (version 1) for a server; tests that need one are skipped where none can be made.</summary>
internal sealed class LimitedMemory : IDisposable
{
    private const string Controller = "/sys/fs/cgroup/memory";

    private readonly string _directory;

    private LimitedMemory(string directory) => _directory = directory;

    /// <summary>How many processes the kernel killed here for want of memory.</summary>
    public long Kills => long.Parse(
        Read("memory.oom_control").Split('\n').Single(l => l.StartsWith("oom_kill ", StringComparison.Ordinal))["oom_kill ".Length..],
        CultureInfo.InvariantCulture);

    /// <summary>The most that was in use at once, in bytes.</summary>
    public long MostUsed => long.Parse(Read("memory.max_usage_in_bytes"), CultureInfo.InvariantCulture);

    /// <param name="megabytes">MiB.</param>
    public static LimitedMemory Create(int megabytes)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists(Path.Join(Controller, "memory.limit_in_bytes")),
            "This needs root and the memory controller of cgroup v1.");
        var directory = Path.Join(Controller, $"headroom-e2e-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        var memory = new LimitedMemory(directory);
        File.WriteAllText(Path.Join(directory, "memory.limit_in_bytes"), (megabytes * 1048576L).ToString(CultureInfo.InvariantCulture));
        if (File.Exists(Path.Join(directory, "memory.memsw.limit_in_bytes")))
            File.WriteAllText(Path.Join(directory, "memory.memsw.limit_in_bytes"), (megabytes * 1048576L).ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(Path.Join(directory, "memory.kmem.tcp.limit_in_bytes"), "-1");
        return memory;
    }

    /// <summary>Starts a server inside.</summary>
    public Task<Server> StartAsync(Dictionary<string, string> settings) =>
        Server.StartByAsync("/bin/sh", settings, "-c", "echo $$ > \"$1\" && exec \"$2\"", "sh", Path.Join(_directory, "cgroup.procs"), Built.Server);

    public void Dispose()
    {
        // A process that has ended leaves its cgroup only once the kernel has torn it down.
        for (var attempt = 0; Directory.Exists(_directory); attempt++)
        {
            try
            {
                Directory.Delete(_directory);
            }
            catch (IOException) when (attempt < 200)
            {
                Thread.Sleep(50);
            }
        }
    }

    private string Read(string file) => File.ReadAllText(Path.Join(_directory, file));
}
