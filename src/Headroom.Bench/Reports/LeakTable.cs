using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How a leak is shown.</summary>
internal static class LeakTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "leaks MiB/s", "up to MiB", "leak said after s", "right/s before", "while it leaks", "after", .. MixColumns.Names,
    ];

    public static Section Section(IReadOnlyList<LeakRow> rows, int clients) => new(
        "leak",
        $"""
         The server leaks native memory on purpose from its start until a given sum, while {clients} clients clock in with a 12 MP photo, each with one request at a time. «leak said after» counts from the start of the load until the trend of `/memory-status` says so ({LeakRow.LatestWord:0} s at most). «before» is the first {(rows.Count > 0 ? rows[0].Early : 0):0} s.
         {MixColumns.Notes}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(LeakRow row) => string.Create(CultureInfo.InvariantCulture,
        $"leak {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {row.RateBefore:0.0}, {row.RateDuring:0.0}, {row.RateAfter:0.0} right/s; {MixColumns.Line(row.Run)}");

    private static string[] Texts(LeakRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), Figure.Mebibytes(row.BytesPerSecond), Figure.Mebibytes(row.UpTo),
        row.Run?.Watch.LeakSaidAfter is { } said ? Figure.Milliseconds(said) : Figure.Absent,
        Figure.Rate(row.RateBefore), Figure.Rate(row.RateDuring), Figure.Rate(row.RateAfter),
        .. MixColumns.Texts(row.Run),
    ];
}
