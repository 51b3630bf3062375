using Headroom.Bench.Cgroups;
using Headroom.Bench.Targets;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Scenarios;

/// <summary>One server under a load, seen from all sides but the clients'.</summary>
/// <param name="Probes">What platforms would have seen.</param>
/// <param name="Watch">What it said of itself.</param>
/// <param name="IsGone">Whether its process had ended.</param>
/// <param name="Peaks">Since its start.</param>
internal record ObservedRun(ProbeReport Probes, WatchReport Watch, long OomKills, bool IsGone, MemoryPeaks Peaks)
{
    /// <summary>The slowest that 99 of 100 probes may be, in milliseconds.</summary>
    public const double SlowestProbe = 100;

    /// <summary>The most of the working set that a server may be unable to name, 0 to 1.</summary>
    public const double MostUnexplained = 0.1;

    /// <summary>Probes and watches a server for as long as a load takes.</summary>
    /// <param name="probing">When probes end before it; null for with it.</param>
    public static async Task<(T Load, ObservedRun Seen)> DuringAsync<T>(MeasuredServer server, Func<Task<T>> load, TimeSpan? probing = null)
    {
        await using var watch = new ServerWatch(server);
        using var probes = new HealthProbes(server.Http.BaseAddress!, probing);
        var seen = await load();
        return (seen, new ObservedRun(probes.Stop(), await watch.StopAsync(), server.OomKills, server.IsGone, server.Peaks));
    }

    /// <summary>How the server died, or would have.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Ends(long limit)
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        else if (IsGone)
            yield return "ended";
        // Version 1 does not count socket memory against the limit; a platform on version 2 would have killed here.
        if (Peaks.Unreclaimable > limit)
            yield return "over the limit";
    }

    /// <summary>Probes that a platform would not have taken.</summary>
    public IEnumerable<string> FailedProbes()
    {
        if (Probes.Failed > 0)
            yield return $"failed probes ({Words.Counts(Probes.Failures)})";
    }

    /// <summary>Probes that would have worried one.</summary>
    public IEnumerable<string> SlowProbes()
    {
        if (Probes.P99 > SlowestProbe)
            yield return string.Create(CultureInfo.InvariantCulture, $"/health p99 {Probes.P99:0} ms");
    }

    /// <summary>Memory that the server could not name; of one that names none nothing is said.</summary>
    public IEnumerable<string> Unexplained()
    {
        if (Watch.Worst is { } worst && worst.Unexplained > MostUnexplained)
            yield return string.Create(CultureInfo.InvariantCulture, $"{100 * worst.Unexplained:0} % unexplained");
    }
}
