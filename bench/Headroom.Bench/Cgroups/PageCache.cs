namespace Headroom.Bench.Cgroups;

/// <summary>The machine's page cache.</summary>
internal static class PageCache
{
    /// <summary>
    /// Writes dirty pages out and drops clean ones. A page that was read outside a cgroup is never charged to it: only a
    /// server that starts cold is charged for its own files.
    /// </summary>
    public static async Task DropAsync(CancellationToken cancellationToken)
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync(cancellationToken);
        await File.WriteAllTextAsync("/proc/sys/vm/drop_caches", "3", cancellationToken);
    }
}
