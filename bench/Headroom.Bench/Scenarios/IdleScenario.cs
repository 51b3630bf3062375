using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>What a server holds when idle: without models where it can, and some time after it has worked.</summary>
/// <param name="waitSeconds">The wait between the last of a few clock-ins and the figures, in seconds.</param>
internal sealed class IdleScenario(Subject subject, int waitSeconds, BodyKind body, int timeoutSeconds)
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

    /// <summary>One server under one limit, with models or without.</summary>
    public async Task<IdleRow> MeasureAsync(ITarget target, long limit, bool preload, CancellationToken cancellationToken)
    {
        var state = preload ? $"models loaded, {waitSeconds} s after {ClockIns} clock-ins" : $"no model loaded, {FreshSeconds} s after the start";
        await using var server = await subject.StartAsync(target, limit, preload, cancellationToken);
        try
        {
            await (preload ? WorkAsync(target, server, cancellationToken) : server.WaitUntilHealthyAsync(cancellationToken));
            await Task.Delay(TimeSpan.FromSeconds(preload ? waitSeconds : FreshSeconds), cancellationToken);
            return new IdleRow(target.Name, limit, state, server.Read(), server.Resident(), server.OomKills)
            {
                ProcessorSeconds = server.ProcessorTime().TotalSeconds,
            };
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
        var load = await LoadProcess.RunAsync(subject.Bench, plan, cancellationToken);
        if (load.Right < load.Requests)
            throw new ServerGoneException($"{target.Name} answered {load.Right} of {load.Requests} clock-ins before the wait: "
                + $"{string.Join(", ", load.Outcomes.Select(of => $"{of.Value} × {of.Key}"))}.");
    }
}

/// <summary>What one server holds when nothing happens.</summary>
/// <param name="State">What happened before.</param>
/// <param name="Cgroup">What its cgroup holds; null where the server was gone.</param>
/// <param name="Resident">What its processes hold by their own account.</param>
internal sealed record IdleRow(string Target, long Limit, string State, MemorySample? Cgroup, ResidentMemory Resident, long OomKills)
{
    /// <summary>What its processes took of the processors since they were started.</summary>
    public double ProcessorSeconds { get; init; }
}

/// <summary>How idle servers are shown.</summary>
internal static class IdleTable
{
    public static Section Section(IReadOnlyList<IdleRow> rows) => new(
        "idle",
        "MiB. RssAnon and RssFile are the processes' own account, the rest is the cgroup's.",
        [
            "limit MiB", "server", "state", "RssAnon", "RssFile", "unreclaimable", "of it kernel", "sockets", "working set", "usage",
            "processor s since the start", "OOM kills",
        ],
        [.. rows.Select(Texts)],
        [.. rows]);

    public static string Line(IdleRow row) =>
        $"idle {row.Target}, {Figure.Mebibytes(row.Limit)} MiB, {row.State}: RssAnon {Figure.Mebibytes(row.Resident.Anonymous)} MiB, unreclaimable "
            + $"{Figure.Mebibytes(row.Cgroup?.Unreclaimable)} MiB";

    private static string[] Texts(IdleRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, row.Cgroup is null ? $"**gone** ({row.State})" : row.State,
        Figure.Mebibytes(row.Resident.Anonymous), Figure.Mebibytes(row.Resident.File),
        Figure.Mebibytes(row.Cgroup?.Unreclaimable), Figure.Mebibytes(row.Cgroup?.Kernel), Figure.Mebibytes(row.Cgroup?.Socket),
        Figure.Mebibytes(row.Cgroup?.WorkingSet), Figure.Mebibytes(row.Cgroup?.Usage), Figure.Hundredths(row.ProcessorSeconds), $"{row.OomKills}",
    ];
}
