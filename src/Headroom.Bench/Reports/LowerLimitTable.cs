using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How a limit that is changed at run time is shown.</summary>
internal static class LowerLimitTable
{
    private static readonly string[] Columns =
    [
        "server", "limit MiB", "verdict", "accepted after ms", "right/s", "right", "503", "improper", "OOM kills", "peak unreclaimable MiB", "of it anonymous", "sockets", "peak working set",
    ];

    public static Section Section(IReadOnlyList<LowerLimitRow> rows, int clients) => new(
        "lower-limit",
        $"""
         {clients} clients clock in with a 12 MP photo, each with one request at a time, while the limit of the running server's cgroup is changed. «accepted after» is how long the kernel took to get enough memory back; peaks are of the time after that. A client that is told to come back later does. Every answer must be 200, or 503 with Retry-After.
         {string.Join(" ", rows.Where(row => row.Run is not null).Select(row => $"{row.Target}: /health p99 {Figure.Fine(row.Run!.Probes.P99)} ms, {row.Run.Probes.Failed} of {row.Run.Probes.Probes} probes failed; all in all: {Words.Verdict(row.Run.Problems(row.Phases.Max(phase => phase.Limit)))}."))}
         """,
        Columns, [.. rows.SelectMany(row => row.Phases.Count == 0 ? [[row.Target, Figure.Absent, Figure.Verdict(row.StartProblem ?? "not run"), .. Enumerable.Repeat(Figure.Absent, Columns.Length - 3)]] : row.Phases.Select(phase => Texts(row, phase)))], [.. rows]);

    public static string Line(LowerLimitRow row, LimitPhase phase) =>
        $"lower-limit {row.Target}, {Figure.Mebibytes(phase.Limit)} MiB: {row.Verdict(phase)}; {Rate(row, phase)} right/s; peak unreclaimable {Figure.Mebibytes(phase.Peaks.Unreclaimable)} MiB";

    private static string Rate(LowerLimitRow row, LimitPhase phase) =>
        row.Run is { Load: var load } && phase.Seconds(load) is var seconds and > 0 ? Figure.Rate(phase.Of(load).Right / seconds) : Figure.Absent;

    private static string[] Texts(LowerLimitRow row, LimitPhase phase)
    {
        var load = phase.Of(row.Run!.Load);
        return
        [
            row.Target, Figure.Mebibytes(phase.Limit), Figure.Verdict(row.Verdict(phase)), phase.AcceptedAfter is { } after ? Figure.Milliseconds(after) : Figure.Absent,
            Rate(row, phase), $"{load.Right}", $"{load.Busy}", $"{load.Improper}", $"{phase.OomKills}",
            Figure.Mebibytes(phase.Peaks.Unreclaimable), Figure.Mebibytes(phase.Peaks.AtPeak.Anonymous), Figure.Mebibytes(phase.Peaks.AtPeak.Socket), Figure.Mebibytes(phase.Peaks.WorkingSet),
        ];
    }
}
