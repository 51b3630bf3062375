using Headroom.Bench.Load;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How clock-ins are shown.</summary>
internal static class ClockTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "clients", "verdict", "answered", "OOM kills", "peak unreclaimable MiB", "of it anonymous", "shmem", "kernel", "sockets", "dirty",
        "peak working set", "peak anonymous", "req/s", "p50 ms", "p95", "p99", "max", "charged elsewhere MiB", "longest sample gap ms",
    ];

    public static Section Section(IReadOnlyList<ClockRow> rows, int warmup, BodyKind body) => new(
        "clock",
        $"""
         Every client posts the same 12 MP JPEG ({(body == BodyKind.Raw ? "raw body" : "multipart")}) to `/api/clock`, all at once, each server fresh and from a cold page cache. «answered» counts 200s with the right person.
         Latency and throughput are of the right answers after {warmup} warm-up requests; memory peaks are since the start, enrolment and warm-up included. Unreclaimable = anonymous + shmem + kernel + sockets + dirty + writeback; working set = usage − inactive file pages. The parts are those of the sample with the peak; a peak between two samples can be missed, and what a killed server held at its end is at least what stands here.
         «charged elsewhere» is what the server had mapped but others had read first: page cache that its figures miss.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(ClockRow row) =>
        $"clock {row.Target}, {Figure.Mebibytes(row.Limit)} MiB, {row.Clients} clients: {row.Verdict}; {Answered(row)} answered; "
        + $"peak unreclaimable {Figure.Mebibytes(row.Peaks.Unreclaimable)} MiB; {Outcomes(row)}";

    private static string[] Texts(ClockRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, $"{row.Clients}", Verdict(row), Answered(row), $"{row.OomKills}",
        Figure.Mebibytes(row.Peaks.Unreclaimable), Figure.Mebibytes(row.Peaks.AtPeak.Anonymous), Figure.Mebibytes(row.Peaks.AtPeak.Shmem), Figure.Mebibytes(row.Peaks.AtPeak.Kernel),
        Figure.Mebibytes(row.Peaks.AtPeak.Socket), Figure.Mebibytes(row.Peaks.AtPeak.Dirty + row.Peaks.AtPeak.Writeback),
        Figure.Mebibytes(row.Peaks.WorkingSet), Figure.Mebibytes(row.Peaks.Anonymous),
        .. Speed(row.Load),
        Figure.Mebibytes(row.ChargedElsewhere), Figure.Milliseconds(row.Peaks.LongestGapMilliseconds),
    ];

    private static string[] Speed(LoadReport? load) => load is null or { Right: 0 }
        ? [Figure.Absent, Figure.Absent, Figure.Absent, Figure.Absent, Figure.Absent]
        : [Figure.Rate(load.RightPerSecond), Figure.Milliseconds(load.P50), Figure.Milliseconds(load.P95), Figure.Milliseconds(load.P99), Figure.Milliseconds(load.Max)];

    private static string Verdict(ClockRow row) => row.Verdict == "ok" ? row.Verdict : $"**{row.Verdict}** ({Outcomes(row)})";

    private static string Answered(ClockRow row) => row.Load is { } load ? $"{load.Right}/{load.Requests}" : Figure.Absent;

    private static string Outcomes(ClockRow row) =>
        row.Load is { } load ? string.Join(", ", load.Outcomes.Select(of => $"{of.Value} × {of.Key}")) : "no load";
}
