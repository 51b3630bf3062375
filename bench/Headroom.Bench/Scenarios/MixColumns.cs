using Headroom.Bench.Reports;

namespace Headroom.Bench.Scenarios;

/// <summary>The columns that every mixed load has.</summary>
internal static class MixColumns
{
    public const string Notes =
        "Probes ask `/health` ten times a second, each on a new connection, from a real-time thread outside the cgroup; their times count from when they were "
            + "due. «unexplained» is the worst part of the working set that `/memory-status`, read every three seconds, could not name.";

    /// <summary>What is seen of every server, whatever its load.</summary>
    public static string[] Seen { get; } =
    [
        "OOM kills", "peak unreclaimable MiB", "of it sockets", "peak working set", "unexplained", "trend", "probes", "failed", "p50 ms", "p99", "max",
        "longest sample gap ms",
    ];

    public static string[] Names { get; } = ["right", "503", "improper", .. Seen];

    public static IEnumerable<string> Texts(MixRun? run) => run is null
        ? Enumerable.Repeat(Figure.Absent, Names.Length)
        : [$"{run.Load.Right}", $"{run.Load.Busy}", $"{run.Load.Improper.Values.Sum()}", .. SeenTexts(run)];

    public static IEnumerable<string> SeenTexts(ObservedRun run) =>
    [
        $"{run.OomKills}", Figure.Mebibytes(run.Peaks.Unreclaimable), Figure.Mebibytes(run.Peaks.AtPeak.Socket), Figure.Mebibytes(run.Peaks.WorkingSet),
        run.Watch.Worst is { } worst ? Figure.Share(worst.Unexplained) : Figure.Absent, run.Watch.LastTrend ?? Figure.Absent,
        $"{run.Probes.Probes}", $"{run.Probes.Failed}", Figure.Fine(run.Probes.P50), Figure.Fine(run.Probes.P99), Figure.Fine(run.Probes.Max),
        Figure.Milliseconds(run.Peaks.LongestGapMilliseconds),
    ];

    public static string Line(MixRun? run) => run is null ? "not run" : string.Create(CultureInfo.InvariantCulture,
        $"{run.Load.Right} right, {run.Load.Busy} × 503, {run.Load.Improper.Values.Sum()} improper; peak unreclaimable "
            + $"{Figure.Mebibytes(run.Peaks.Unreclaimable)} MiB; /health p99 {Figure.Fine(run.Probes.P99)} ms, max {Figure.Fine(run.Probes.Max)} ms, "
            + $"{run.Probes.Failed} failed");
}
