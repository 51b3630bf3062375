using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>A steady load of everything for a long time: memory must stay flat.</summary>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="seconds">How long clients come, in seconds.</param>
internal sealed class SoakScenario(Subject subject, int clients, int seconds)
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
        return new SoakRow(target.Name, limit, problem, problem is null ? await MixRun.PlayAsync(subject.Bench, server, plan, cancellationToken) : null);
    }
}

/// <summary>One server under a steady load for a long time. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
internal sealed record SoakRow(string Target, long Limit, string? StartProblem, MixRun? Run)
{
    /// <summary>The most that the floor may rise and still be called flat, in bytes: a few segments and pages more or less.</summary>
    public const long Flat = 8 * 1048576;

    /// <summary>The least unreclaimable memory of the first third, its first tenth left out: then it still warms up.</summary>
    public long FloorFirst => Run?.Watch.Floor(0.1, 1 / 3.0) ?? 0;

    /// <summary>The least unreclaimable memory of the last third.</summary>
    public long FloorLast => Run?.Watch.Floor(2 / 3.0, 1) ?? 0;

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (Run is null)
            yield break;
        foreach (var problem in Run.Problems(Limit))
            yield return problem;
        if (FloorLast - FloorFirst > Flat)
            yield return string.Create(CultureInfo.InvariantCulture, $"the floor rose by {(FloorLast - FloorFirst) / 1048576.0:0.0} MiB");
        if (Run.Watch.LeakSaidAfter is not null)
            yield return "the trend said leak";
        if (Run.Load.Right == 0)
            yield return "no right answer";
    }
}

/// <summary>How a long steady load is shown.</summary>
internal static class SoakTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "right/s", "floor of the first third MiB", "floor of the last third", "right p50 ms", "right p99",
        .. MixColumns.Names,
    ];

    public static Section Section(IReadOnlyList<SoakRow> rows, int clients, int seconds) => new(
        "soak",
        $"""
         {clients} clients in turn for {seconds} s: mostly clock-ins with a 12 MP photo, with bodies that are too long, noise, clients that leave, and two
         that trickle or stall at any time. The floor is the least unreclaimable memory of a third of the time, read once a second (the first tenth, in which
         the server warms up, is left out): what never goes away. Up to {Figure.Mebibytes(SoakRow.Flat)} MiB more counts as flat.
         {MixColumns.Notes}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(SoakRow row) =>
        $"soak {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; floor {Figure.Mebibytes(row.FloorFirst)} → {Figure.Mebibytes(row.FloorLast)} "
            + $"MiB; {MixColumns.Line(row.Run)}";

    private static string[] Texts(SoakRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), row.Run is { } run ? Figure.Rate(run.Load.RightPerSecond) : Figure.Absent,
        Figure.Mebibytes(row.FloorFirst), Figure.Mebibytes(row.FloorLast),
        Figure.Milliseconds(row.Run?.Load.P50 ?? 0), Figure.Milliseconds(row.Run?.Load.P99 ?? 0),
        .. MixColumns.Texts(row.Run),
    ];
}
