using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How a long steady load is shown.</summary>
internal static class SoakTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "right/s", "floor of the first third MiB", "floor of the last third", "right p50 ms", "right p99", .. MixColumns.Names,
    ];

    public static Section Section(IReadOnlyList<SoakRow> rows, int clients, int seconds) => new(
        "soak",
        $"""
         {clients} clients in turn for {seconds} s: mostly clock-ins with a 12 MP photo, with bodies that are too long, noise, clients that leave, and two that trickle or stall at any time. The floor is the least unreclaimable memory of a third of the time, read once a second (the first tenth, in which the server warms up, is left out): what never goes away. Up to {Figure.Mebibytes(SoakRow.Flat)} MiB more counts as flat.
         {MixColumns.Notes}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(SoakRow row) =>
        $"soak {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; floor {Figure.Mebibytes(row.FloorFirst)} → {Figure.Mebibytes(row.FloorLast)} MiB; {MixColumns.Line(row.Run)}";

    private static string[] Texts(SoakRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), row.Run is { } run ? Figure.Rate(run.Load.RightPerSecond) : Figure.Absent,
        Figure.Mebibytes(row.FloorFirst), Figure.Mebibytes(row.FloorLast),
        Figure.Milliseconds(row.Run?.Load.P50 ?? 0), Figure.Milliseconds(row.Run?.Load.P99 ?? 0),
        .. MixColumns.Texts(row.Run),
    ];
}
