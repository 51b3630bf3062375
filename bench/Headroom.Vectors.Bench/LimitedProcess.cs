using Headroom.Bench;
using Headroom.Bench.Cgroups;

namespace Headroom.Vectors.Bench;

/// <summary>What a process did in a cgroup of its own, from a cold page cache.</summary>
/// <param name="Output">What it printed; null when it failed.</param>
/// <param name="Complaint">What it said went wrong.</param>
public sealed record LimitedProcess(string? Output, string Complaint, double Seconds, MemoryPeaks Peaks, long OomKills)
{
    /// <param name="limit">In bytes.</param>
    public static async Task<LimitedProcess> RunAsync(long limit, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        await using var cgroup = MemoryCgroup.Create(limit);
        await PageCache.DropAsync(cancellationToken);
        using var sampler = new MemorySampler(cgroup);
        var started = Stopwatch.GetTimestamp();
        string[] arguments = ["-c", "echo $$ > \"$0\" && exec \"$@\"", cgroup.ProcessesFile, .. command];
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new BenchException("/bin/sh could not be started.");
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
