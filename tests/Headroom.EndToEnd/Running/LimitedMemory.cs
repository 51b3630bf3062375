namespace Headroom.EndToEnd.Running;

/// <summary>A real memory cgroup for a server.</summary>
internal sealed class LimitedMemory : IDisposable
{
    private readonly RealCgroup _cgroup;

    private LimitedMemory(RealCgroup cgroup) => _cgroup = cgroup;

    /// <inheritdoc cref="RealCgroup.Kills"/>
    public long Kills => _cgroup.Kills;

    /// <inheritdoc cref="RealCgroup.MostUsed"/>
    public long MostUsed => _cgroup.MostUsed;

    /// <param name="megabytes">MiB.</param>
    public static LimitedMemory Create(int megabytes) => new(RealCgroup.CreateOrSkip(megabytes * 1048576L));

    /// <summary>Starts a server inside.</summary>
    public Task<Server> StartAsync(Dictionary<string, string> settings) =>
        Server.StartByAsync("/bin/sh", settings, "-c", "echo $$ > \"$1\" && exec \"$2\"", "sh", _cgroup.ProcessesFile, Built.Server);

    public void Dispose() => _cgroup.Dispose();
}
