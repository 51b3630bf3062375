using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>How soon a server answers and how soon it can work, from a cold page cache.</summary>
/// <param name="repeats">Starts of each server.</param>
internal sealed class StartScenario(Subject subject, int repeats)
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

    /// <summary>One server under one limit.</summary>
    public async Task<StartRow> MeasureAsync(ITarget target, long limit, CancellationToken cancellationToken)
    {
        var healthy = new List<double>();
        var ready = new List<double>();
        var processor = new List<double>();
        var peak = 0L;
        long kills = 0;
        for (var i = 0; i < repeats; i++)
        {
            await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
            try
            {
                healthy.Add((await server.WaitUntilHealthyAsync(cancellationToken)).TotalMilliseconds);
                ready.Add((await server.WaitUntilReadyAsync(cancellationToken)).TotalMilliseconds);
                processor.Add(server.ProcessorTime().TotalMilliseconds);
                peak = Math.Max(peak, server.Peaks.Unreclaimable);
            }
            catch (ServerGoneException gone)
            {
                await subject.Progress.WriteLineAsync(gone.Message);
            }
            kills += server.OomKills;
        }
        return new StartRow(target.Name, limit, healthy, ready, kills) { ProcessorMilliseconds = processor, Peak = peak };
    }
}

/// <summary>Cold starts of one server under one limit.</summary>
/// <param name="HealthyMilliseconds">From the process's start to the first 200 of /health, of each start.</param>
/// <param name="ReadyMilliseconds">From the process's start until the models are loaded and it says it is ready, of each start.</param>
/// <param name="OomKills">Over all starts.</param>
internal sealed record StartRow(string Target, long Limit, IReadOnlyList<double> HealthyMilliseconds, IReadOnlyList<double> ReadyMilliseconds, long OomKills)
{
    /// <summary>What the server had taken of the processors when it was ready, of each start.</summary>
    public IReadOnlyList<double> ProcessorMilliseconds { get; init; } = [];

    /// <summary>The most unreclaimable memory of all starts, in bytes.</summary>
    public long Peak { get; init; }
}

/// <summary>How cold starts are shown.</summary>
internal static class StartTable
{
    public static Section Section(IReadOnlyList<StartRow> rows, int repeats) => new(
        "start",
        $"Milliseconds from the start of the process, median (least–most) of {repeats} starts, each from a cold page cache, polled every 4 ms. «ready» is "
            + $"when `/health/ready` answers 200 and `/health` says that the models are loaded.",
        ["limit MiB", "server", "starts", "first 200 of /health, ms", "models ready, ms", "processor ms until then", "peak unreclaimable MiB", "OOM kills"],
        [.. rows.Select(row => Texts(row, repeats))],
        [.. rows]);

    public static string Line(StartRow row) =>
        $"start {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: healthy {Spread(row.HealthyMilliseconds)} ms, ready {Spread(row.ReadyMilliseconds)} ms";

    private static string[] Texts(StartRow row, int repeats) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, $"{row.ReadyMilliseconds.Count}/{repeats}", Spread(row.HealthyMilliseconds), Spread(row.ReadyMilliseconds),
        Spread(row.ProcessorMilliseconds), Figure.Mebibytes(row.Peak), $"{row.OomKills}",
    ];

    private static string Spread(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return Figure.Absent;
        var ascending = values.Order().ToArray();
        return $"{Figure.Milliseconds(ascending[ascending.Length / 2])} ({Figure.Milliseconds(ascending[0])}–{Figure.Milliseconds(ascending[^1])})";
    }
}
