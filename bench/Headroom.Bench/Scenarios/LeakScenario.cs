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
internal sealed class LeakScenario(Subject subject, HeadroomTarget target, int clients, int seconds, double share)
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
            ? await MixRun.PlayAsync(subject.Bench, server, subject.ClockIns(leaking, server) with { Clients = clients, Seconds = seconds }, cancellationToken)
            : null;
        // It leaks from its start; by then a little has leaked already.
        return new LeakRow(target.Name, limit, problem, perSecond, upTo, seconds * LeakingPart, run);
    }
}

/// <summary>One server that leaks on purpose. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="BytesPerSecond">How fast it leaks.</param>
/// <param name="UpTo">How much it leaks in all.</param>
/// <param name="LeakEnds">Seconds after the start of the load when all of it had leaked.</param>
internal sealed record LeakRow(string Target, long Limit, string? StartProblem, long BytesPerSecond, long UpTo, double LeakEnds, MixRun? Run)
{
    /// <summary>The longest that the trend may take to say it, in seconds.</summary>
    public const double LatestWord = 180;

    /// <summary>The time in which little has leaked yet, in seconds.</summary>
    public double Early => Math.Min(30, LeakEnds / 4);

    /// <summary>Right answers a second before much had leaked.</summary>
    public double RateBefore => Rate(0, Early);

    /// <summary>Right answers a second while it leaked.</summary>
    public double RateDuring => Rate(Early, LeakEnds);

    /// <summary>Right answers a second after all of it had leaked.</summary>
    public double RateAfter => Rate(LeakEnds, Run?.Load.Seconds ?? 0);

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (Run is null)
            yield break;
        foreach (var problem in Run.Problems(Limit))
            yield return problem;
        if (Run.Peaks.Unreclaimable < UpTo)
            yield return "nothing leaked: does this build have the fault switch?";
        else if (Run.Watch.LeakSaidAfter is not { } said)
            yield return "the trend never said leak";
        else if (said > LatestWord)
            yield return string.Create(CultureInfo.InvariantCulture, $"the trend said leak only after {said:0} s");
        if (RateAfter <= 0)
            yield return "no right answer after the leak";
    }

    private double Rate(double from, double to)
    {
        var seconds = Math.Floor(to) - Math.Ceiling(from);
        return Run is null || seconds <= 0 ? 0 : Run.Load.Between(from, to).Right / seconds;
    }
}

/// <summary>How a leak is shown.</summary>
internal static class LeakTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "leaks MiB/s", "up to MiB", "leak said after s", "right/s before", "while it leaks", "after", .. MixColumns.Names,
    ];

    public static Section Section(IReadOnlyList<LeakRow> rows, int clients) => new(
        "leak",
        $"""
         The server leaks native memory on purpose from its start until a given sum, while {clients} clients clock in with a 12 MP photo, each with one
         request at a time. «leak said after» counts from the start of the load until the trend of `/memory-status` says so ({LeakRow.LatestWord:0} s at
         most). «before» is the first {(rows.Count > 0 ? rows[0].Early : 0):0} s.
         {MixColumns.Notes}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(LeakRow row) => string.Create(CultureInfo.InvariantCulture,
        $"leak {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {row.RateBefore:0.0}, {row.RateDuring:0.0}, {row.RateAfter:0.0} right/s; "
            + $"{MixColumns.Line(row.Run)}");

    private static string[] Texts(LeakRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), Figure.Mebibytes(row.BytesPerSecond), Figure.Mebibytes(row.UpTo),
        row.Run?.Watch.LeakSaidAfter is { } said ? Figure.Milliseconds(said) : Figure.Absent,
        Figure.Rate(row.RateBefore), Figure.Rate(row.RateDuring), Figure.Rate(row.RateAfter),
        .. MixColumns.Texts(row.Run),
    ];
}
