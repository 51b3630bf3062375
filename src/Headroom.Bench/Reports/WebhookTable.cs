using Headroom.Bench.Load;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How submissions to the webhook are shown.</summary>
internal static class WebhookTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "sent", "answered", "p50 ms", "p99", "max", "before the model was loaded", "their p50 ms", "p99", "max", "model loaded after s", "all indexed after s", "lost", "found twice", "not found by meaning", "peak unreclaimable MiB", "working set", "OOM kills",
    ];

    public static Section Section(IReadOnlyList<WebhookRow> rows, double perSecond, int seconds) => new(
        "webhook",
        string.Create(CultureInfo.InvariantCulture, $"""
            {perSecond:0} signed submissions a second (a Poisson process; about 2 KB each) for {seconds} s to POST /webhook/tally, from the first answer of `/health` of a server that was started from a cold page cache: its model is still loading then. An open loop over 32 connections, sent by threads above everything else; milliseconds from the moment a submission was due to the last byte of its answer. Then every one that was acknowledged is searched by a word of its own, and some by the meaning of their text. Wanted: p99 of at most {WebhookRow.SlowestSubmission} ms, none lost, none twice.
            """),
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(WebhookRow row) =>
        $"webhook {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {Line(row.All)}; before the model was loaded ({row.Early.Count}) p99 {Figure.Fine(row.Early.P99)} ms; {row.Lost} lost, {row.Twice} twice";

    public static string Line(OpenLoopTimes times) => $"{times.Count} submissions: p50 {Figure.Fine(times.P50)}, p99 {Figure.Fine(times.P99)}, max {Figure.Fine(times.Max)} ms";

    private static string[] Texts(WebhookRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), $"{row.All.Count}", Words.Counts(row.Outcomes),
        .. Times(row.All), $"{row.Early.Count}", .. Times(row.Early), Figure.Fine(row.LoadedMilliseconds / 1000), Figure.Fine(row.IndexedMilliseconds / 1000),
        $"{row.Lost}", $"{row.Twice}", $"{row.Unseen} of {row.Looked}", Figure.Mebibytes(row.Peaks.Unreclaimable), Figure.Mebibytes(row.Peaks.WorkingSet), $"{row.OomKills}",
    ];

    private static string[] Times(OpenLoopTimes times) => [Figure.Fine(times.P50), Figure.Fine(times.P99), Figure.Fine(times.Max)];
}
