using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>
/// A server leaks native memory on purpose while clients clock in: it must notice, go on as well as it can, and live.
/// The leak ends below the limit, for no budget can serve out of memory that is gone.
/// </summary>
/// <param name="target">The server; it gets the fault switch.</param>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="seconds">How long clients come, in seconds; the leak takes the first 60 % of it.</param>
/// <param name="share">What share of the limit leaks, 0 to 1.</param>
public sealed class LeakScenario(Subject subject, HeadroomTarget target, int clients, int seconds, double share)
{
    private const double LeakingPart = 0.6;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<LeakRow>();
        foreach (var limit in subject.Limits)
        {
            rows.Add(await MeasureAsync(limit, cancellationToken));
            await subject.Progress.WriteLineAsync(LeakTable.Line(rows[^1]));
        }
        return LeakTable.Section(rows, clients);
    }

    private async Task<LeakRow> MeasureAsync(long limit, CancellationToken cancellationToken)
    {
        var upTo = (long)(limit * share);
        var perSecond = (long)(upTo / (seconds * LeakingPart));
        var leaking = target.With(("HEADROOM__FAULTS__LEAKBYTESPERSECOND", $"{perSecond}"), ("HEADROOM__FAULTS__LEAKUPTO", $"{upTo}"));
        await using var server = await subject.StartAsync(leaking, limit, preload: true, cancellationToken);
        var problem = await subject.PrepareAsync(leaking, server, cancellationToken);
        var run = problem is null
            ? await MixRun.PlayAsync(subject.Program, server, subject.ClockIns(leaking, server) with { Clients = clients, Seconds = seconds }, cancellationToken)
            : null;
        // It leaks from its start; by then a little has leaked already.
        return new LeakRow(target.Name, limit, problem, perSecond, upTo, seconds * LeakingPart, run);
    }
}
