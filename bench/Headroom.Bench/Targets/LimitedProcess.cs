using Headroom.Bench.Cgroups;

namespace Headroom.Bench.Targets;

/// <summary>What a process that ends by itself did in a cgroup of its own, from a cold page cache.</summary>
/// <param name="Output">What it printed; null when it failed.</param>
/// <param name="Complaint">What it said went wrong.</param>
internal sealed record LimitedProcess(string? Output, string Complaint, double Seconds, MemoryPeaks Peaks, long OomKills)
{
    /// <param name="folder">Its working directory.</param>
    /// <param name="limit">In bytes.</param>
    public static async Task<LimitedProcess> RunAsync(ServerCommand command, string folder, long limit, CancellationToken cancellationToken)
    {
        await using var cgroup = MemoryCgroup.Create(limit);
        await PageCache.DropAsync(cancellationToken);
        using var sampler = new MemorySampler(cgroup);
        var started = Stopwatch.GetTimestamp();
        using var process = command.StartInside(cgroup, folder);
        var complaint = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new LimitedProcess(
            process.ExitCode == 0 ? output : null,
            (await complaint).Trim(),
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            sampler.Peaks,
            cgroup.OomKills());
    }
}
