using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How models of real size are shown.</summary>
internal static class LargeModelsTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "models", "verdict", "ready s", "RssAnon loaded MiB", "RssFile loaded", "most anonymous since the start MiB", "most anonymous under load MiB", "most unreclaimable", "working set", "right/s", "of the first row", "p50 ms", "p99", "improper", "OOM kills", "/health p99 ms",
    ];

    public static Section Section(IReadOnlyList<LargeModelsRow> rows, int clients, int seconds) => new(
        "large-models",
        $"""
         One process hosts a detector (RetinaFace, 640 × 640), a 174 MB embedder (residual network of 50 layers, 112 × 112) and a 90 MB sentence model (six layers of 384, 32 tokens). {clients} callers in turn for {seconds} s; each call runs all three. Prepared: weights mapped from side files, cold at the start; one arena; as many runs at once as half the cores. The weights of the two large ones are random (seeded): memory and speed are real, answers are not.
         «ok» needs: no kill, every answer proper; prepared also at most {Figure.Mebibytes(LargeModelsRow.MostAnonymous)} MiB anonymous, and from {Figure.Mebibytes(LargeModelsRow.FullSpeedFrom)} MiB on {Figure.Share(LargeModelsRow.FullSpeed)} of the rate of the first row.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(LargeModelsRow row) =>
        $"large-models {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {Figure.Rate(row.Rate)} right/s ({Figure.Share(row.Relative)}); most anonymous {Figure.Mebibytes(row.UnderLoad?.Anonymous)} MiB";

    private static string[] Texts(LargeModelsRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), row.ReadySeconds is { } ready ? Figure.Rate(ready) : Figure.Absent,
        Figure.Mebibytes(row.Loaded.Anonymous), Figure.Mebibytes(row.Loaded.File), Figure.Mebibytes(row.SinceStart.Anonymous),
        Figure.Mebibytes(row.UnderLoad?.Anonymous), Figure.Mebibytes(row.UnderLoad?.Unreclaimable), Figure.Mebibytes(row.UnderLoad?.WorkingSet),
        .. row.Run is not { } run
            ? Enumerable.Repeat(Figure.Absent, 5)
            : [Figure.Rate(row.Rate), Figure.Share(row.Relative), Figure.Milliseconds(run.Load.P50), Figure.Milliseconds(run.Load.P99), $"{run.Load.Improper.Values.Sum()}"],
        $"{row.OomKills}", row.Run is { Probes: var probes } ? Figure.Fine(probes.P99) : Figure.Absent,
    ];
}
