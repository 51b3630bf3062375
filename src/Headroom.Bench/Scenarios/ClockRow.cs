using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;

namespace Headroom.Bench.Scenarios;

/// <summary>One server under one limit with one number of clients. Memory is in bytes.</summary>
/// <param name="Verdict">«ok», or what was wrong.</param>
/// <param name="Load">What the clients saw; null where the server was gone before.</param>
/// <param name="Peaks">Since the server's start, warm-up and enrolment included.</param>
/// <param name="ChargedElsewhere">
/// File pages that the server had mapped at the end but that were first read outside the cgroup and so are in none of its
/// figures; null where the server was gone. A cold start keeps this small.
/// </param>
public sealed record ClockRow(string Target, long Limit, int Clients, string Verdict, LoadReport? Load, long OomKills, MemoryPeaks Peaks, long? ChargedElsewhere)
{
    /// <summary>Everything answered, by the right name, within the limit, and nobody killed.</summary>
    public static string Judge(LoadReport load, long oomKills, MemoryPeaks peaks, long limit)
    {
        if (oomKills > 0)
            return "killed";
        if (load.Right < load.Requests)
            return "failed";
        if (load.WarmupOutcomes.Keys.Any(outcome => outcome is not ("200 accepted" or "200 duplicate")))
            return "failed in warm-up";
        // Version 1 does not count socket memory against the limit; a platform on version 2 would have killed here.
        return peaks.Unreclaimable > limit ? "over the limit" : "ok";
    }
}
