using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Many clients post a 12 MP photo to clock in, all at once.</summary>
/// <param name="clients">How many at once, for each row.</param>
/// <param name="requests">At least this many a row, spread evenly; every client sends at least one.</param>
/// <param name="warmup">Requests before the measured ones.</param>
/// <param name="timeoutSeconds">How long one request may take, in seconds.</param>
public sealed class ClockScenario(Subject subject, IReadOnlyList<int> clients, int requests, int warmup, BodyKind body, int timeoutSeconds)
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

    private async Task<ClockRow> MeasureAsync(ITarget target, long limit, int count, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        if (await subject.PrepareAsync(target, server, cancellationToken) is { } problem)
            return new ClockRow(target.Name, limit, count, problem, Load: null, server.OomKills, server.Peaks, ChargedElsewhere: null);
        var plan = new LoadPlan(
            new Uri(server.Http.BaseAddress!, "/api/clock"), target.Key, subject.Photos.Large, body, subject.Photos.EmployeeId,
            warmup, count, Math.Max(1, (requests + count - 1) / count), timeoutSeconds);
        var load = await LoadProcess.RunAsync(subject.Program, plan, cancellationToken);
        return new ClockRow(
            target.Name, limit, count, ClockRow.Judge(load, server.OomKills, server.Peaks, limit), load, server.OomKills, server.Peaks, ChargedElsewhere(server));
    }

    private static long? ChargedElsewhere(MeasuredServer server)
    {
        var resident = server.Resident().File;
        var cgroup = server.Read();
        // The kernel counts shared memory among the mapped files.
        return resident == 0 ? null : Math.Max(0, resident - (cgroup.FileMapped - cgroup.Shmem));
    }
}
