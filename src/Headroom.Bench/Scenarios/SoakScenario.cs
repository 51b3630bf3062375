using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>A steady load of everything for a long time: memory must stay flat.</summary>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="seconds">How long clients come, in seconds.</param>
public sealed class SoakScenario(Subject subject, int clients, int seconds)
{
    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<SoakRow>();
        foreach (var limit in subject.Limits)
        {
            foreach (var target in subject.Targets)
            {
                rows.Add(await MeasureAsync(target, limit, cancellationToken));
                await subject.Progress.WriteLineAsync(SoakTable.Line(rows[^1]));
            }
        }
        return SoakTable.Section(rows, clients, seconds);
    }

    private async Task<SoakRow> MeasureAsync(ITarget target, long limit, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        var problem = await subject.PrepareAsync(target, server, cancellationToken);
        var plan = subject.SteadyClockIns(target, server, clients, seconds);
        return new SoakRow(target.Name, limit, problem, problem is null ? await MixRun.PlayAsync(subject.Program, server, plan, cancellationToken) : null);
    }
}
