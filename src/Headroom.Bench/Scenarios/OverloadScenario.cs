using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>
/// Several times as many clock-ins as a server can take, in an open loop, with slow clients, bodies that are too long,
/// clients that leave, noise for photos, and health probes.
/// </summary>
/// <param name="options">How much of it.</param>
public sealed class OverloadScenario(Subject subject, OverloadOptions options)
{
    private const int CalmClients = 8;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<OverloadRow>();
        foreach (var limit in subject.Limits)
        {
            foreach (var target in subject.Targets)
            {
                rows.Add(await MeasureAsync(target, limit, cancellationToken));
                await subject.Progress.WriteLineAsync(OverloadTable.Line(rows[^1]));
            }
        }
        return OverloadTable.Section(rows, options);
    }

    /// <summary>One server under one limit.</summary>
    public async Task<OverloadRow> MeasureAsync(ITarget target, long limit, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        if (await subject.PrepareAsync(target, server, cancellationToken) is { } problem)
            return new OverloadRow(target.Name, limit, problem, 0, Run: null);

        var clockIns = subject.ClockIns(target, server);
        var before = await SustainableAsync(clockIns, cancellationToken);
        if (before <= 0)
            return new OverloadRow(target.Name, limit, StartProblem: null, before, Run: null);

        var plan = clockIns with
        {
            Seconds = options.Seconds,
            // The factor is of clock-ins; the bad ones come on top.
            ArrivalsPerSecond = options.Factor * before / (1 - options.BadShare),
            BadShare = options.BadShare,
            Slow = options.Slow,
        };
        var run = await MixRun.PlayAsync(subject.Program, server, plan, cancellationToken);
        var after = run.IsGone ? 0 : await SustainableAsync(clockIns, cancellationToken);
        return new OverloadRow(target.Name, limit, StartProblem: null, before, run) { SustainableAfter = after };
    }

    /// <summary>Right answers a second when eight clients take turns.</summary>
    private async Task<double> SustainableAsync(MixPlan clockIns, CancellationToken cancellationToken)
    {
        var calm = await LoadProcess.RunAsync(subject.Program, clockIns with { Clients = CalmClients, Seconds = options.CalmSeconds }, cancellationToken);
        // The first quarter warms it up.
        var warm = Math.Ceiling(options.CalmSeconds / 4.0);
        return calm.Between(warm, options.CalmSeconds).Right / (options.CalmSeconds - warm);
    }
}
