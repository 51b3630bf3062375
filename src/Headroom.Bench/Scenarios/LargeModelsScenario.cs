using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Models;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Three models of real size in one process: a detector, a 174 MB embedder, a 90 MB sentence model.</summary>
/// <param name="host">Makes the service that hosts them from what it is to host.</param>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="seconds">How long they call, in seconds.</param>
/// <param name="unprepared">Whether the files are also hosted as they are, under the first limit.</param>
public sealed class LargeModelsScenario(Subject subject, Func<string, string, ModelHostTarget> host, int clients, int seconds, bool unprepared)
{
    private const int WarmupSeconds = 3;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var models = await LargeModels.PrepareAsync(subject.Repository, subject.Program, subject.Progress, cancellationToken);
        var rows = new List<LargeModelsRow>();
        foreach (var limit in subject.Limits)
            await AddAsync(limit, prepared: true);
        if (unprepared)
            await AddAsync(subject.Limits[0], prepared: false);
        return LargeModelsTable.Section(rows, clients, seconds);

        async Task AddAsync(long limit, bool prepared)
        {
            var target = host(prepared ? "prepared" : "as they are", await models.DescribeAsync(!prepared, cancellationToken));
            var row = await MeasureAsync(target, limit, prepared, cancellationToken);
            rows.Add(row with { FullRate = rows.Count > 0 ? rows[0].Rate : row.Rate });
            await subject.Progress.WriteLineAsync(LargeModelsTable.Line(rows[^1]));
        }
    }

    private async Task<LargeModelsRow> MeasureAsync(ModelHostTarget target, long limit, bool prepared, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        var row = new LargeModelsRow(target.Name, limit, prepared, StartProblem: null, ReadySeconds: null, default, OomKills: 0, MemoryPeaks.None, Run: null, UnderLoad: null, FullRate: 0);
        try
        {
            var ready = await server.WaitUntilReadyAsync(cancellationToken);
            row = row with { ReadySeconds = ready.TotalSeconds, Loaded = server.Resident() };
        }
        catch (ServerGoneException gone)
        {
            await subject.Progress.WriteLineAsync(gone.Message);
            return row with { StartProblem = server.OomKills > 0 ? "killed at start" : "did not start", OomKills = server.OomKills, SinceStart = server.Peaks };
        }
        var calls = new MixPlan(new Uri(server.Http.BaseAddress!, "/run"), target.Key, Photo: null, Employee: null);
        await LoadProcess.RunAsync(subject.Program, calls with { Clients = 1, Seconds = WarmupSeconds }, cancellationToken);
        server.TakePhase();
        var run = await MixRun.PlayAsync(subject.Program, server, calls with { Clients = clients, Seconds = seconds }, cancellationToken);
        return row with { Run = run, UnderLoad = server.TakePhase(), OomKills = server.OomKills, SinceStart = server.Peaks };
    }
}
