using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How cold starts are shown.</summary>
internal static class StartTable
{
    public static Section Section(IReadOnlyList<StartRow> rows, int repeats) => new(
        "start",
        $"Milliseconds from the start of the process, median (least–most) of {repeats} starts, each from a cold page cache, polled every 4 ms. «ready» is when `/health/ready` answers 200 and `/health` says that the models are loaded.",
        ["limit MiB", "server", "starts", "first 200 of /health, ms", "models ready, ms", "OOM kills"],
        [.. rows.Select(row => new[] { Figure.Mebibytes(row.Limit), row.Target, $"{row.ReadyMilliseconds.Count}/{repeats}", Spread(row.HealthyMilliseconds), Spread(row.ReadyMilliseconds), $"{row.OomKills}" })],
        [.. rows]);

    public static string Line(StartRow row) =>
        $"start {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: healthy {Spread(row.HealthyMilliseconds)} ms, ready {Spread(row.ReadyMilliseconds)} ms";

    private static string Spread(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return Figure.Absent;
        var ascending = values.Order().ToArray();
        return $"{Figure.Milliseconds(ascending[ascending.Length / 2])} ({Figure.Milliseconds(ascending[0])}–{Figure.Milliseconds(ascending[^1])})";
    }
}
