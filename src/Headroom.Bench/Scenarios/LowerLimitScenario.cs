using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>The limit is lowered while clients clock in, step by step, and then raised to where it was.</summary>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="phaseSeconds">How long each limit stays, in seconds.</param>
public sealed class LowerLimitScenario(Subject subject, int clients, int phaseSeconds)
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
        var run = await MixRun.PlayAsync(subject.Program, server, plan, cancellationToken, async () =>
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
