using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Many clients post a 12 MP photo to clock in, all at once.</summary>
/// <param name="clients">How many at once, for each row.</param>
/// <param name="requests">At least this many a row, spread evenly; every client sends at least one.</param>
/// <param name="warmup">Requests before the measured ones.</param>
/// <param name="timeoutSeconds">How long one request may take, in seconds.</param>
internal sealed class ClockScenario(Subject subject, IReadOnlyList<int> clients, int requests, int warmup, BodyKind body, int timeoutSeconds)
{
    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var target in subject.Targets)
            target.Require(body);
        var rows = new List<ClockRow>();
        foreach (var limit in subject.Limits)
        {
            foreach (var target in subject.Targets)
            {
                foreach (var count in clients)
                {
                    rows.Add(await MeasureAsync(target, limit, count, cancellationToken));
                    await subject.Progress.WriteLineAsync(ClockTable.Line(rows[^1]));
                }
            }
        }
        return ClockTable.Section(rows, warmup, body);
    }

    /// <summary>One server under one limit with so many clients.</summary>
    public async Task<ClockRow> MeasureAsync(ITarget target, long limit, int count, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        if (await subject.PrepareAsync(target, server, cancellationToken) is { } problem)
            return new ClockRow(target.Name, limit, count, problem, Load: null, server.OomKills, server.Peaks, ChargedElsewhere: null);
        var plan = new LoadPlan(
            new Uri(server.Http.BaseAddress!, "/api/clock"), target.Key, subject.Photos.Large, body, subject.Photos.EmployeeId,
            warmup, count, Math.Max(1, (requests + count - 1) / count), timeoutSeconds);
        var before = server.ProcessorTime();
        var load = await LoadProcess.RunAsync(subject.Bench, plan, cancellationToken);
        var verdict = ClockRow.Judge(load, server.OomKills, server.Peaks, limit);
        return new ClockRow(target.Name, limit, count, verdict, load, server.OomKills, server.Peaks, ChargedElsewhere(server))
        {
            ProcessorMilliseconds = (server.ProcessorTime() - before).TotalMilliseconds / (warmup + load.Requests),
        };
    }

    private static long? ChargedElsewhere(MeasuredServer server)
    {
        var resident = server.Resident().File;
        var cgroup = server.Read();
        // The kernel counts shared memory among the mapped files.
        return resident == 0 ? null : Math.Max(0, resident - (cgroup.FileMapped - cgroup.Shmem));
    }
}

/// <summary>One server under one limit with one number of clients. Memory is in bytes.</summary>
/// <param name="Verdict">«ok», or what was wrong.</param>
/// <param name="Load">What the clients saw; null where the server was gone before.</param>
/// <param name="Peaks">Since the server's start, warm-up and enrolment included.</param>
/// <param name="ChargedElsewhere">
/// File pages that the server had mapped at the end but that were first read outside the cgroup and so are in none of its
/// figures; null where the server was gone. A cold start keeps this small.
/// </param>
internal sealed record ClockRow(
    string Target, long Limit, int Clients, string Verdict, LoadReport? Load, long OomKills, MemoryPeaks Peaks, long? ChargedElsewhere)
{
    /// <summary>What the server took of the processors for a request of the load, warm-up included.</summary>
    public double ProcessorMilliseconds { get; init; }

    /// <summary>Everything answered, by the right name, within the limit, and nobody killed.</summary>
    public static string Judge(LoadReport load, long oomKills, MemoryPeaks peaks, long limit)
    {
        if (oomKills > 0)
            return "killed";
        if (load.Right < load.Requests)
            return "failed";
        if (load.WarmupOutcomes.Keys.Any(outcome => outcome is not ("200 accepted" or "200 duplicate")))
            return "failed in warm-up";
        // Version 1 does not count socket memory against the limit; a platform on version 2 would have killed here.
        return peaks.Unreclaimable > limit ? "over the limit" : "ok";
    }
}

/// <summary>How clock-ins are shown.</summary>
internal static class ClockTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "clients", "verdict", "answered", "OOM kills", "peak unreclaimable MiB", "of it anonymous", "shmem", "kernel", "sockets",
        "dirty",
        "peak working set", "peak anonymous", "req/s", "p50 ms", "p95", "p99", "max", "processor ms a request", "charged elsewhere MiB",
        "longest sample gap ms",
    ];

    public static Section Section(IReadOnlyList<ClockRow> rows, int warmup, BodyKind body) => new(
        "clock",
        $"""
         Every client posts the same 12 MP JPEG ({(body == BodyKind.Raw ? "raw body" : "multipart")}) to `/api/clock`, all at once, each server fresh and from
         a cold page cache. «answered» counts 200s with the right person.
         Latency and throughput are of the right answers after {warmup} warm-up requests; memory peaks are since the start, enrolment and warm-up included.
         Unreclaimable = anonymous + shmem + kernel + sockets + dirty + writeback; working set = usage − inactive file pages.
         The parts are those of the sample with the peak; a peak between two samples can be missed, and what a killed server held at its end is at least what
         stands here.
         «charged elsewhere» is what the server had mapped but others had read first: page cache that its figures miss.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(ClockRow row) =>
        $"clock {row.Target}, {Figure.Mebibytes(row.Limit)} MiB, {row.Clients} clients: {row.Verdict}; {Answered(row)} answered; "
        + $"peak unreclaimable {Figure.Mebibytes(row.Peaks.Unreclaimable)} MiB; {Outcomes(row)}";

    private static string[] Texts(ClockRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, $"{row.Clients}", Verdict(row), Answered(row), $"{row.OomKills}",
        Figure.Mebibytes(row.Peaks.Unreclaimable), Figure.Mebibytes(row.Peaks.AtPeak.Anonymous), Figure.Mebibytes(row.Peaks.AtPeak.Shmem),
        Figure.Mebibytes(row.Peaks.AtPeak.Kernel),
        Figure.Mebibytes(row.Peaks.AtPeak.Socket), Figure.Mebibytes(row.Peaks.AtPeak.Dirty + row.Peaks.AtPeak.Writeback),
        Figure.Mebibytes(row.Peaks.WorkingSet), Figure.Mebibytes(row.Peaks.Anonymous),
        .. Speed(row.Load), row.Load is null ? Figure.Absent : Figure.Fine(row.ProcessorMilliseconds),
        Figure.Mebibytes(row.ChargedElsewhere), Figure.Milliseconds(row.Peaks.LongestGapMilliseconds),
    ];

    private static string[] Speed(LoadReport? load) => load is null or { Right: 0 }
        ? [Figure.Absent, Figure.Absent, Figure.Absent, Figure.Absent, Figure.Absent]
        : [
            Figure.Rate(load.RightPerSecond), Figure.Milliseconds(load.P50), Figure.Milliseconds(load.P95), Figure.Milliseconds(load.P99),
            Figure.Milliseconds(load.Max),
        ];

    private static string Verdict(ClockRow row) => row.Verdict == "ok" ? row.Verdict : $"**{row.Verdict}** ({Outcomes(row)})";

    private static string Answered(ClockRow row) => row.Load is { } load ? $"{load.Right}/{load.Requests}" : Figure.Absent;

    private static string Outcomes(ClockRow row) =>
        row.Load is { } load ? string.Join(", ", load.Outcomes.Select(of => $"{of.Value} × {of.Key}")) : "no load";
}
