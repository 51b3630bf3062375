using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>What a server holds when idle: without models where it can, and some time after it has worked.</summary>
/// <param name="waitSeconds">The wait between the last of a few clock-ins and the figures, in seconds.</param>
public sealed class IdleScenario(Subject subject, int waitSeconds, BodyKind body, int timeoutSeconds)
{
    private const int FreshSeconds = 10;
    private const int ClockIns = 5;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var target in subject.Targets)
            target.Require(body);
        var rows = new List<IdleRow>();
        foreach (var limit in subject.Limits)
        {
            foreach (var target in subject.Targets)
            {
                if (target.CanStartWithoutModels)
                    await AddAsync(target, limit, preload: false);
                await AddAsync(target, limit, preload: true);
            }
        }
        return IdleTable.Section(rows);

        async Task AddAsync(ITarget target, long limit, bool preload)
        {
            rows.Add(await MeasureAsync(target, limit, preload, cancellationToken));
            await subject.Progress.WriteLineAsync(IdleTable.Line(rows[^1]));
        }
    }

    private async Task<IdleRow> MeasureAsync(ITarget target, long limit, bool preload, CancellationToken cancellationToken)
    {
        var state = preload ? $"models loaded, {waitSeconds} s after {ClockIns} clock-ins" : $"no model loaded, {FreshSeconds} s after the start";
        await using var server = await subject.StartAsync(target, limit, preload, cancellationToken);
        try
        {
            await (preload ? WorkAsync(target, server, cancellationToken) : server.WaitUntilHealthyAsync(cancellationToken));
            await Task.Delay(TimeSpan.FromSeconds(preload ? waitSeconds : FreshSeconds), cancellationToken);
            return new IdleRow(target.Name, limit, state, server.Read(), server.Resident(), server.OomKills);
        }
        catch (Exception gone) when (gone is ServerGoneException or HttpRequestException)
        {
            await subject.Progress.WriteLineAsync(gone.Message);
            return new IdleRow(target.Name, limit, state, Cgroup: null, default, server.OomKills);
        }
    }

    private async Task WorkAsync(ITarget target, MeasuredServer server, CancellationToken cancellationToken)
    {
        await server.WaitUntilReadyAsync(cancellationToken);
        await target.EnrolAsync(server.Http, subject.Photos, cancellationToken);
        var plan = new LoadPlan(
            new Uri(server.Http.BaseAddress!, "/api/clock"), target.Key, subject.Photos.Large, body, subject.Photos.EmployeeId,
            Warmup: 0, Clients: 1, ClockIns, timeoutSeconds);
        var load = await LoadProcess.RunAsync(subject.Program, plan, cancellationToken);
        if (load.Right < load.Requests)
            throw new ServerGoneException($"{target.Name} answered {load.Right} of {load.Requests} clock-ins before the wait: {string.Join(", ", load.Outcomes.Select(of => $"{of.Value} × {of.Key}"))}.");
    }
}
