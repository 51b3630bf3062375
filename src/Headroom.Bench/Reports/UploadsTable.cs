using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How uploads are shown.</summary>
internal static class UploadsTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "uploads", "verdict", "files", "complete", "compared", "different", "deleted", "MiB", "bodies at once", "sent again",
        "OOM kills", "peak unreclaimable MiB", "wanted at most", "of it anonymous", "kernel", "sockets", "dirty", "peak working set",
        "floor of the first third", "of the last", "trend", "unexplained", "MiB/s", "file p50 s", "max s", "/health p99 ms", "max", "longest sample gap ms",
    ];

    public static Section Section(IReadOnlyList<UploadsRow> rows, UploadsOptions options) => new(
        "uploads",
        $"""
         «few», «crowd» and «s3»: 4, {options.Crowd} and {options.ToS3} files of {Figure.Mebibytes(options.FileBytes)} MiB, all at once, by parts and by tus in turn; «s3» keeps them in OpenStack Swift, outside the cgroup. «files»: {options.Files} files, log-normal (median 128 KiB, σ 2.2, seed {options.Seed}, cut at 200 MiB, five of 0 B and five of 200 MiB among them), {options.Clients} at a time, by parts, by tus in one request, by parts four at once, by tus in chunks of 4 MiB in turn; each is downloaded, compared and deleted. In the other cases every file is downloaded and compared after all are complete.
         One client process at nice 19 outside the cgroup; it sends again after 408, 429 and 503 when `Retry-After` says. No two stretches of 256 KiB of what it sends are alike, and every byte is compared. «bodies at once» is the most requests with a body that had begun and had no answer. Unreclaimable = anonymous + shmem + kernel + sockets + dirty + writeback, since the start of the server; its parts are those of the sample with the peak. MiB/s counts completed files until the last one; with «files» downloads are in between.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(UploadsRow row) => string.Create(CultureInfo.InvariantCulture,
        $"uploads {row.Case}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; ") + (row.Run is { } run ? string.Create(CultureInfo.InvariantCulture,
        $"{run.Load.Completed}/{run.Load.Files} complete, {run.Load.Different} of {run.Load.Compared} different; peak unreclaimable {Figure.Mebibytes(run.Peaks.Unreclaimable)} MiB (sockets {Figure.Mebibytes(run.Peaks.AtPeak.Socket)}, dirty {Figure.Mebibytes(run.Peaks.AtPeak.Dirty + run.Peaks.AtPeak.Writeback)}); {run.Load.BytesPerSecond / 1048576:0.0} MiB/s; sent again: {Words.Counts(run.Load.Retries)}") : "not run");

    private static string[] Texts(UploadsRow row) => row.Run is not { } run
        ? [Figure.Mebibytes(row.Limit), row.Case, Figure.Verdict(row.Verdict), .. Enumerable.Repeat(Figure.Absent, Columns.Length - 3)]
        :
        [
            Figure.Mebibytes(row.Limit), row.Case, Figure.Verdict(row.Verdict),
            $"{run.Load.Files}", $"{run.Load.Completed}", $"{run.Load.Compared}", $"{run.Load.Different}", $"{run.Load.Deleted}", Figure.Mebibytes(run.Load.Bytes),
            $"{run.Load.MostWaiting}", run.Load.Retries.Count == 0 ? "0" : Words.Counts(run.Load.Retries), $"{run.OomKills}",
            Figure.Mebibytes(run.Peaks.Unreclaimable), Figure.Mebibytes(row.Wanted),
            Figure.Mebibytes(run.Peaks.AtPeak.Anonymous), Figure.Mebibytes(run.Peaks.AtPeak.Kernel), Figure.Mebibytes(run.Peaks.AtPeak.Socket), Figure.Mebibytes(run.Peaks.AtPeak.Dirty + run.Peaks.AtPeak.Writeback),
            Figure.Mebibytes(run.Peaks.WorkingSet), Figure.Mebibytes(row.FloorFirst), Figure.Mebibytes(row.FloorLast), run.Watch.LastTrend ?? Figure.Absent,
            run.Watch.Worst is { } worst ? Figure.Share(worst.Unexplained) : Figure.Absent,
            Figure.Rate(run.Load.BytesPerSecond / 1048576), Figure.Fine(run.Load.P50), Figure.Fine(run.Load.Max),
            Figure.Fine(run.Probes.P99), Figure.Fine(run.Probes.Max), Figure.Milliseconds(run.Peaks.LongestGapMilliseconds),
        ];
}
