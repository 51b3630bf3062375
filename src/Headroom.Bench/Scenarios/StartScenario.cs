using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>How soon a server answers and how soon it can work, from a cold page cache.</summary>
/// <param name="repeats">Starts of each server.</param>
public sealed class StartScenario(Subject subject, int repeats)
{
    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<StartRow>();
        foreach (var limit in subject.Limits)
        {
            foreach (var target in subject.Targets)
            {
                rows.Add(await MeasureAsync(target, limit, cancellationToken));
                await subject.Progress.WriteLineAsync(StartTable.Line(rows[^1]));
            }
        }
        return StartTable.Section(rows, repeats);
    }

    private async Task<StartRow> MeasureAsync(ITarget target, long limit, CancellationToken cancellationToken)
    {
        var healthy = new List<double>();
        var ready = new List<double>();
        long kills = 0;
        for (var i = 0; i < repeats; i++)
        {
            await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
            try
            {
                healthy.Add((await server.WaitUntilHealthyAsync(cancellationToken)).TotalMilliseconds);
                ready.Add((await server.WaitUntilReadyAsync(cancellationToken)).TotalMilliseconds);
            }
            catch (ServerGoneException gone)
            {
                await subject.Progress.WriteLineAsync(gone.Message);
            }
            kills += server.OomKills;
        }
        return new StartRow(target.Name, limit, healthy, ready, kills);
    }
}
