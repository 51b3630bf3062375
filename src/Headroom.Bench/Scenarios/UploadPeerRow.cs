using Headroom.Bench.Cgroups;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>The same files to one of two servers, once.</summary>
/// <param name="Round">From 1; within one, both servers took their turn.</param>
/// <param name="Load">Null when the server did not start.</param>
public sealed record UploadPeerRow(string Kind, int Round, string Target, long Limit, UploadReport? Load, long OomKills, MemoryPeaks Peaks)
{
    public string Verdict => Words.Verdict(Problems());

    /// <summary>How many times as fast one server was as the other: the median over the rounds in which both took all files; null if there is none.</summary>
    public static double? Ratio(IEnumerable<UploadPeerRow> rows, string kind, string one, string other)
    {
        var ratios = rows.Where(row => row.Kind == kind && row.Verdict == "ok").GroupBy(row => (row.Limit, row.Round))
            .Where(round => round.Any(row => row.Target == one) && round.Any(row => row.Target == other))
            .Select(round => Rate(round, one) / Rate(round, other)).Order().ToList();
        return ratios.Count == 0 ? null : ratios[ratios.Count / 2];
    }

    private static double Rate(IEnumerable<UploadPeerRow> round, string target) => round.First(row => row.Target == target).Load!.FilesPerSecond;

    private IEnumerable<string> Problems()
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        if (Load is null)
            yield return "did not start";
        else if (Load.Completed < Load.Files)
            yield return $"{Load.Files - Load.Completed} not completed";
        if (Load?.Different > 0)
            yield return $"{Load.Different} different";
    }
}
