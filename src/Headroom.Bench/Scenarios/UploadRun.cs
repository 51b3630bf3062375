using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Scenarios;

/// <summary>One server while files were sent to it, seen from all sides.</summary>
/// <param name="Load">What the client saw.</param>
/// <param name="Probes">What platforms would have seen.</param>
/// <param name="Watch">What it said of itself.</param>
/// <param name="IsGone">Whether its process had ended.</param>
/// <param name="Peaks">Since its start.</param>
public sealed record UploadRun(UploadReport Load, ProbeReport Probes, WatchReport Watch, long OomKills, bool IsGone, MemoryPeaks Peaks)
{
    /// <summary>What a server may make clients send again for.</summary>
    private static readonly string[] ProperRetries = ["408", "429", "503"];

    /// <summary>Plays a load on a server while it is probed and watched.</summary>
    public static async Task<UploadRun> PlayAsync(HeadroomProgram program, MeasuredServer server, UploadPlan plan, CancellationToken cancellationToken)
    {
        await using var watch = new ServerWatch(server);
        using var probes = new HealthProbes(server.Http.BaseAddress!);
        var load = await LoadProcess.RunAsync(program, plan, cancellationToken);
        return new UploadRun(load, probes.Stop(), await watch.StopAsync(), server.OomKills, server.IsGone, server.Peaks);
    }

    /// <summary>What no server may do.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Problems(long limit)
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        else if (IsGone)
            yield return "ended";
        // Version 1 does not count socket memory against the limit; a platform on version 2 would have killed here.
        if (Peaks.Unreclaimable > limit)
            yield return "over the limit";
        if (Load.Completed < Load.Files)
            yield return $"{Load.Files - Load.Completed} not completed";
        if (Load.Failures.Count > 0)
            yield return $"given up ({Words.Counts(Load.Failures)})";
        if (Load.Different > 0)
            yield return $"{Load.Different} different";
        if (Load.Retries.Where(retry => !ProperRetries.Contains(retry.Key)).ToList() is { Count: > 0 } improper)
            yield return $"improper answers ({Words.Counts(improper)})";
        if (Probes.Failed > 0)
            yield return $"failed probes ({Words.Counts(Probes.Failures)})";
    }
}
