using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>The limit is lowered while clients clock in, step by step, and then raised to where it was.</summary>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="phaseSeconds">How long each limit stays, in seconds.</param>
internal sealed class LowerLimitScenario(Subject subject, int clients, int phaseSeconds)
{
    /// <summary>How long the kernel may take to get the memory back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<LowerLimitRow>();
        foreach (var target in subject.Targets)
        {
            rows.Add(await MeasureAsync(target, cancellationToken));
            foreach (var phase in rows[^1].Phases)
                await subject.Progress.WriteLineAsync(LowerLimitTable.Line(rows[^1], phase));
        }
        return LowerLimitTable.Section(rows, clients);
    }

    /// <summary>One server; the limits are the subject's and then its first again.</summary>
    public async Task<LowerLimitRow> MeasureAsync(ITarget target, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, subject.Limits[0], preload: true, cancellationToken);
        if (await subject.PrepareAsync(target, server, cancellationToken) is { } problem)
            return new LowerLimitRow(target.Name, problem, Run: null, []);

        List<long> limits = [.. subject.Limits, subject.Limits[0]];
        var phases = new List<LimitPhase>();
        // One more second at the end, so that the last phase has all of its own.
        var plan = subject.ClockIns(target, server) with { Clients = clients, Seconds = limits.Count * phaseSeconds + 1 };
        var run = await MixRun.PlayAsync(subject.Bench, server, plan, cancellationToken, async () =>
        {
            server.TakePhase();
            foreach (var limit in limits)
                phases.Add(await StayAsync(server, limit, cancellationToken));
        });
        return new LowerLimitRow(target.Name, StartProblem: null, run, phases);
    }

    private async Task<LimitPhase> StayAsync(MeasuredServer server, long limit, CancellationToken cancellationToken)
    {
        var from = Stopwatch.GetTimestamp();
        var kills = server.OomKills;
        double? acceptedAfter = null;
        try
        {
            await server.ChangeLimitAsync(limit, Patience, cancellationToken);
            acceptedAfter = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            // What was held before the kernel took it back belongs to the limit before.
            server.TakePhase();
        }
        catch (BenchException refusal)
        {
            await subject.Progress.WriteLineAsync(refusal.Message);
        }
        var left = TimeSpan.FromSeconds(phaseSeconds) - Stopwatch.GetElapsedTime(from);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, cancellationToken);
        return new LimitPhase(limit, from, Stopwatch.GetTimestamp(), acceptedAfter, server.OomKills - kills, server.TakePhase());
    }
}

/// <summary>One server while its limit was changed under it.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="Phases">One for each limit, in order.</param>
internal sealed record LowerLimitRow(string Target, string? StartProblem, MixRun? Run, IReadOnlyList<LimitPhase> Phases)
{
    /// <summary>«ok», or what was wrong in one phase.</summary>
    public string Verdict(LimitPhase phase)
    {
        if (Run is null)
            return StartProblem ?? "not run";
        return Words.Verdict(Problems(phase, phase.Of(Run.Load)));
    }

    private static IEnumerable<string> Problems(LimitPhase phase, LoadSecond load)
    {
        if (phase.OomKills > 0)
            yield return $"{phase.OomKills} × killed";
        if (phase.AcceptedAfter is null)
            yield return "the kernel could not take the memory back";
        if (phase.Peaks.Unreclaimable > phase.Limit)
            yield return "over the limit";
        if (load.Improper > 0)
            yield return $"{load.Improper} improper answers";
        if (load.Right == 0)
            yield return "no right answer";
    }
}

/// <summary>A stretch of time under one limit. Memory is in bytes.</summary>
/// <param name="From">When the limit was asked for, by the machine's monotonic clock.</param>
/// <param name="To">When the next one was.</param>
/// <param name="AcceptedAfter">Milliseconds until the kernel took it; null if it never did.</param>
/// <param name="OomKills">In this stretch.</param>
/// <param name="Peaks">Of this stretch.</param>
internal sealed record LimitPhase(long Limit, long From, long To, double? AcceptedAfter, long OomKills, MemoryPeaks Peaks)
{
    /// <summary>How requests ended in the whole seconds of this stretch.</summary>
    public LoadSecond Of(MixReport load) => load.Between(Since(load, From), Since(load, To));

    /// <summary>How many whole seconds that are.</summary>
    public double Seconds(MixReport load) => Math.Max(0, Math.Floor(Since(load, To)) - Math.Max(0, Math.Ceiling(Since(load, From))));

    private static double Since(MixReport load, long at) => Stopwatch.GetElapsedTime(load.StartedAt, at).TotalSeconds;
}

/// <summary>How a limit that is changed at run time is shown.</summary>
internal static class LowerLimitTable
{
    private static readonly string[] Columns =
    [
        "server", "limit MiB", "verdict", "accepted after ms", "right/s", "right", "503", "improper", "OOM kills", "peak unreclaimable MiB", "of it anonymous",
        "sockets", "peak working set",
    ];

    public static Section Section(IReadOnlyList<LowerLimitRow> rows, int clients) => new(
        "lower-limit",
        $"""
         {clients} clients clock in with a 12 MP photo, each with one request at a time, while the limit of the running server's cgroup is changed.
         «accepted after» is how long the kernel took to get enough memory back; peaks are of the time after that.
         A client that is told to come back later does. Every answer must be 200, or 503 with Retry-After.
         {string.Join(" ", rows.Where(row => row.Run is not null).Select(row => $"{row.Target}: /health p99 {Figure.Fine(row.Run!.Probes.P99)} ms, "
             + $"{row.Run.Probes.Failed} of {row.Run.Probes.Probes} probes failed; all in all: "
             + $"{Words.Verdict(row.Run.Problems(row.Phases.Max(phase => phase.Limit)))}."))}
         """,
        Columns, [
            .. rows.SelectMany(row => row.Phases.Count == 0 ? [NotRun(row)] : row.Phases.Select(phase => Texts(row, phase))),
        ], [.. rows]);

    public static string Line(LowerLimitRow row, LimitPhase phase) =>
        $"lower-limit {row.Target}, {Figure.Mebibytes(phase.Limit)} MiB: {row.Verdict(phase)}; {Rate(row, phase)} right/s; peak unreclaimable "
            + $"{Figure.Mebibytes(phase.Peaks.Unreclaimable)} MiB";

    private static string Rate(LowerLimitRow row, LimitPhase phase) =>
        row.Run is { Load: var load } && phase.Seconds(load) is var seconds and > 0 ? Figure.Rate(phase.Of(load).Right / seconds) : Figure.Absent;

    private static string[] NotRun(LowerLimitRow row) =>
        [row.Target, Figure.Absent, Figure.Verdict(row.StartProblem ?? "not run"), .. Enumerable.Repeat(Figure.Absent, Columns.Length - 3)];

    private static string[] Texts(LowerLimitRow row, LimitPhase phase)
    {
        var load = phase.Of(row.Run!.Load);
        return
        [
            row.Target, Figure.Mebibytes(phase.Limit), Figure.Verdict(row.Verdict(phase)),
            phase.AcceptedAfter is { } after ? Figure.Milliseconds(after) : Figure.Absent,
            Rate(row, phase), $"{load.Right}", $"{load.Busy}", $"{load.Improper}", $"{phase.OomKills}",
            Figure.Mebibytes(phase.Peaks.Unreclaimable), Figure.Mebibytes(phase.Peaks.AtPeak.Anonymous), Figure.Mebibytes(phase.Peaks.AtPeak.Socket),
            Figure.Mebibytes(phase.Peaks.WorkingSet),
        ];
    }
}
