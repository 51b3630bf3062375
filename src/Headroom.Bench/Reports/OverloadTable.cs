using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How overload is shown.</summary>
internal static class OverloadTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "sustainable/s", "afterwards", "sent/s", "right/s", "goodput", "right p50 ms", "p99",
        .. MixColumns.Names,
        "not sent", "most open", "client late, ms", "how each kind ended",
    ];

    public static Section Section(IReadOnlyList<OverloadRow> rows, OverloadOptions options) => new(
        "overload",
        string.Create(CultureInfo.InvariantCulture, $"""
         {options.Factor:0.#} × the sustainable rate (eight clients in turn, {options.CalmSeconds} s, the same server before and after; goodput is of the mean) for {options.Seconds} s in an open loop: clients arrive independently of each other (Poisson, seeded) and of the answers, each on a new connection. With them: {options.Slow} clients that trickle or stall at any time, and {100 * options.BadShare:0} % of the arrivals bodies that are too long (declared, or chunked), clients that leave half-way, and noise. All from one process at nice 19 outside the cgroup; «client late» is how far it fell behind its schedule.
         «ok» needs: no kill, no end, every answer 2xx, 4xx or 503 with Retry-After (bad clients: 4xx or 503), {100 * OverloadRow.LeastGoodput:0} % of the sustainable rate in right answers, unreclaimable memory within the limit, every probe answered 200, 99 of 100 within {ObservedRun.SlowestProbe:0} ms, at most {Figure.Share(ObservedRun.MostUnexplained)} of the working set unexplained. Who still waited at the end was waited for; rates are of the time in which clients came.
         {MixColumns.Notes}
         """),
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(OverloadRow row) => string.Create(CultureInfo.InvariantCulture,
        $"overload {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; sustainable {row.Sustainable:0.0}/s before, {row.SustainableAfter:0.0} after, goodput {Figure.Share(row.Goodput)}; {MixColumns.Line(row.Run)}");

    private static string[] Texts(OverloadRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), Figure.Rate(row.Sustainable), row.Run is null ? Figure.Absent : Figure.Rate(row.SustainableAfter),
        .. row.Run is not { Load: var load }
            ? Enumerable.Repeat(Figure.Absent, 5)
            : [Figure.Rate(load.Requests / load.Seconds), Figure.Rate(load.RightPerSecond), Figure.Share(row.Goodput), Figure.Milliseconds(load.P50), Figure.Milliseconds(load.P99)],
        .. MixColumns.Texts(row.Run),
        .. row.Run is not { Load: var sent }
            ? Enumerable.Repeat(Figure.Absent, 4)
            : [$"{sent.NotSent}", $"{sent.MostOpen}", Figure.Milliseconds(sent.LatestArrival), string.Join("; ", sent.Outcomes.Select(kind => $"{kind.Key}: {Words.Counts(kind.Value)}"))],
    ];
}
