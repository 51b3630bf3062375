using Headroom.Bench.Load;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How all services at once are shown.</summary>
internal static class TogetherTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "verdict",
        "clock-ins right/s", "p50 ms", "p99", "503", "improper",
        "uploads files/s", "MiB/s", "file p50 s", "p99", "complete", "different", "sent again",
        "submissions/s", "p50 ms", "p99", "answered", "lost", "found twice", "not found by meaning",
        "searches/s", "p50 ms", "p99", "answered",
        "of the peak anonymous", "shmem", "kernel", "dirty", .. MixColumns.Seen,
    ];

    public static Section Section(IReadOnlyList<TogetherRow> rows, int seconds) => new(
        "together",
        $"""
         One server with all services, started from a cold page cache; for {seconds} s, all at the same time: {TogetherScenario.Clients} clients that clock in with a 12 MP photo, one request each, 5 % of them bad, beside two that trickle or stall; {TogetherScenario.Files} files of 1 to 20 MiB at a time (log-normal, median 5 MiB), by parts, by tus in one request, by parts four at once, by tus in chunks of 4 MiB in turn, each downloaded, compared and deleted; {TogetherScenario.SubmissionsPerSecond} signed submissions a second and {TogetherScenario.SearchesPerSecond} hybrid searches a second, in open loops. Afterwards every submission that was acknowledged is searched by a word of its own, and some by the meaning of their text.
         Times are of right answers; those of open loops count from the moment a request was due. «ok» needs: no kill, no end, unreclaimable memory within the limit, every answer the right one or 503 with Retry-After (bad clock-ins: 4xx or 503), every file complete and none different, no submission lost or there twice, every probe answered, 99 of 100 within {ObservedRun.SlowestProbe:0} ms, at most {Figure.Share(ObservedRun.MostUnexplained)} of the working set unexplained, and no leak in the trend. The parts of the peak are those of its sample.
         {MixColumns.Notes}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(TogetherRow row) =>
        $"together, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {(row.Run is { } run ? Line(run) : "not run")}";

    public static string Line(TogetherRun run) => string.Create(CultureInfo.InvariantCulture,
        $"{run.ClockIns.RightPerSecond:0.0} clock-ins/s, {run.Uploads.FilesPerSecond:0.0} files/s, {run.Submissions.PerSecond:0.0} submissions/s, {run.Searches.PerSecond:0.0} searches/s; peak unreclaimable {Figure.Mebibytes(run.Peaks.Unreclaimable)} MiB; /health p99 {Figure.Fine(run.Probes.P99)} ms, {run.Probes.Failed} failed");

    private static string[] Texts(TogetherRow row) => row.Run is not { } run
        ? [Figure.Mebibytes(row.Limit), Figure.Verdict(row.Verdict), .. Enumerable.Repeat(Figure.Absent, Columns.Length - 2)]
        :
        [
            Figure.Mebibytes(row.Limit), Figure.Verdict(row.Verdict),
            Figure.Rate(run.ClockIns.RightPerSecond), Figure.Milliseconds(run.ClockIns.P50), Figure.Milliseconds(run.ClockIns.P99), $"{run.ClockIns.Busy}", $"{run.ClockIns.Improper.Values.Sum()}",
            Figure.Rate(run.Uploads.FilesPerSecond), Figure.Rate(run.Uploads.BytesPerSecond / 1048576), Figure.Fine(run.Uploads.P50), Figure.Fine(run.Uploads.P99),
            $"{run.Uploads.Completed} of {run.Uploads.Files}", $"{run.Uploads.Different} of {run.Uploads.Compared}", run.Uploads.Retries.Count == 0 ? "0" : Words.Counts(run.Uploads.Retries),
            .. Texts(run.Submissions),
            .. run.Stored is { } stored ? [$"{stored.Lost}", $"{stored.Twice}", $"{stored.Unseen} of {stored.Looked}"] : Enumerable.Repeat(Figure.Absent, 3),
            .. Texts(run.Searches),
            Figure.Mebibytes(run.Peaks.AtPeak.Anonymous), Figure.Mebibytes(run.Peaks.AtPeak.Shmem), Figure.Mebibytes(run.Peaks.AtPeak.Kernel), Figure.Mebibytes(run.Peaks.AtPeak.Dirty + run.Peaks.AtPeak.Writeback),
            .. MixColumns.SeenTexts(run),
        ];

    private static string[] Texts(OpenLoopReport load) => [Figure.Rate(load.PerSecond), Figure.Milliseconds(load.Times.P50), Figure.Milliseconds(load.Times.P99), Words.Counts(load.Outcomes)];
}
