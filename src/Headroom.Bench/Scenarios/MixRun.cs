using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Targets;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Scenarios;

/// <summary>One server under one mixed load, seen from all sides.</summary>
/// <param name="Load">What its clients saw.</param>
/// <param name="Probes">What platforms would have seen.</param>
/// <param name="Watch">What it said of itself.</param>
/// <param name="IsGone">Whether its process had ended.</param>
/// <param name="Peaks">Since its start.</param>
public sealed record MixRun(MixReport Load, ProbeReport Probes, WatchReport Watch, long OomKills, bool IsGone, MemoryPeaks Peaks)
{
    /// <summary>The slowest that 99 of 100 probes may be, in milliseconds.</summary>
    public const double SlowestProbe = 100;

    /// <summary>Plays a load on a server while it is probed and watched.</summary>
    /// <param name="meanwhile">Done at the same time; the load is the measure of when it is over.</param>
    public static async Task<MixRun> PlayAsync(HeadroomProgram program, MeasuredServer server, MixPlan plan, CancellationToken cancellationToken, Func<Task>? meanwhile = null)
    {
        await using var watch = new ServerWatch(server);
        using var probes = new HealthProbes(server.Http.BaseAddress!);
        var load = LoadProcess.RunAsync(program, plan, cancellationToken);
        await Task.WhenAll(load, meanwhile?.Invoke() ?? Task.CompletedTask);
        return new MixRun(await load, probes.Stop(), await watch.StopAsync(), server.OomKills, server.IsGone, server.Peaks);
    }

    /// <summary>What no server may do, whatever the scenario.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Problems(long limit)
    {
        foreach (var death in Deaths(limit))
            yield return death;
        if (Probes.Failed > 0)
            yield return $"failed probes ({Words.Counts(Probes.Failures)})";
        if (Probes.P99 > SlowestProbe)
            yield return string.Create(CultureInfo.InvariantCulture, $"/health p99 {Probes.P99:0} ms");
    }

    /// <summary>The same without probes, for where only life and answers count.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Deaths(long limit)
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        else if (IsGone)
            yield return "ended";
        // Version 1 does not count socket memory against the limit; a platform on version 2 would have killed here.
        if (Peaks.Unreclaimable > limit)
            yield return "over the limit";
        if (Load.Improper.Count > 0)
            yield return $"improper answers ({Words.Counts(Load.Improper)})";
    }
}
