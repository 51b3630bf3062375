using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>
/// Several times as many clock-ins as a server can take, in an open loop, with slow clients, bodies that are too long,
/// clients that leave, noise for photos, and health probes.
/// </summary>
/// <param name="options">How much of it.</param>
internal sealed class OverloadScenario(Subject subject, OverloadOptions options)
{
    private const int CalmClients = 8;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<OverloadRow>();
        foreach (var limit in subject.Limits)
        {
            foreach (var target in subject.Targets)
            {
                rows.Add(await MeasureAsync(target, limit, cancellationToken));
                await subject.Progress.WriteLineAsync(OverloadTable.Line(rows[^1]));
            }
        }
        return OverloadTable.Section(rows, options);
    }

    /// <summary>One server under one limit.</summary>
    public async Task<OverloadRow> MeasureAsync(ITarget target, long limit, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        if (await subject.PrepareAsync(target, server, cancellationToken) is { } problem)
            return new OverloadRow(target.Name, limit, problem, 0, Run: null);

        var clockIns = subject.ClockIns(target, server);
        var before = await SustainableAsync(clockIns, cancellationToken);
        if (before <= 0)
            return new OverloadRow(target.Name, limit, StartProblem: null, before, Run: null);

        var plan = clockIns with
        {
            Seconds = options.Seconds,
            // The factor is of clock-ins; the bad ones come on top.
            ArrivalsPerSecond = options.Factor * before / (1 - options.BadShare),
            BadShare = options.BadShare,
            Slow = options.Slow,
        };
        var run = await MixRun.PlayAsync(subject.Bench, server, plan, cancellationToken);
        var after = run.IsGone ? 0 : await SustainableAsync(clockIns, cancellationToken);
        return new OverloadRow(target.Name, limit, StartProblem: null, before, run) { SustainableAfter = after };
    }

    /// <summary>Right answers a second when eight clients take turns.</summary>
    private async Task<double> SustainableAsync(MixPlan clockIns, CancellationToken cancellationToken)
    {
        var calm = await LoadProcess.RunAsync(subject.Bench, clockIns with { Clients = CalmClients, Seconds = options.CalmSeconds }, cancellationToken);
        // The first quarter warms it up.
        var warm = Math.Ceiling(options.CalmSeconds / 4.0);
        return calm.Between(warm, options.CalmSeconds).Right / (options.CalmSeconds - warm);
    }
}

/// <summary>How much overload.</summary>
/// <param name="CalmSeconds">How long the sustainable rate is measured before, in seconds.</param>
/// <param name="Seconds">How long clients come, in seconds.</param>
/// <param name="Factor">How many times the sustainable rate.</param>
internal sealed record OverloadOptions(int CalmSeconds, int Seconds, double Factor)
{
    /// <summary>What share of the clients sends something bad or leaves, 0 to 1.</summary>
    public double BadShare { get; init; } = 0.1;

    /// <summary>So many clients trickle or stall at any time.</summary>
    public int Slow { get; init; } = 4;
}

/// <summary>One server under one limit, overloaded. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="Sustainable">Right answers a second when eight clients took turns before.</param>
/// <param name="Run">The overload.</param>
internal sealed record OverloadRow(string Target, long Limit, string? StartProblem, double Sustainable, MixRun? Run)
{
    /// <summary>The least share of the sustainable rate that must be left.</summary>
    public const double LeastGoodput = 0.9;

    /// <summary>The least share of the rate before that must be there again afterwards.</summary>
    public const double LeastRecovery = 0.8;

    /// <summary>The same afterwards.</summary>
    public double SustainableAfter { get; init; } = Sustainable;

    /// <summary>
    /// Right answers a second under overload, as a share of the sustainable rate: the mean of before and after, as a
    /// machine that others share is not as fast at one time as at another.
    /// </summary>
    public double Goodput => Run is null || Sustainable <= 0 ? 0 : Run.Load.RightPerSecond / ((Sustainable + SustainableAfter) / 2);

    public string Verdict => Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (StartProblem is not null)
            return [StartProblem];
        return Run is null ? ["no right answer before the overload"] : [.. Run.Problems(Limit), .. Slowness()];
    }

    private IEnumerable<string> Slowness()
    {
        if (Goodput < LeastGoodput)
            yield return string.Create(CultureInfo.InvariantCulture, $"goodput {100 * Goodput:0} %");
        if (SustainableAfter < LeastRecovery * Sustainable)
            yield return string.Create(CultureInfo.InvariantCulture, $"only {SustainableAfter:0.0}/s afterwards");
    }
}

/// <summary>How overload is shown.</summary>
internal static class OverloadTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "sustainable/s", "afterwards", "sent/s", "right/s", "goodput", "right p50 ms", "p99",
        .. MixColumns.Names,
        "not sent", "most open", "client late, ms", "how each kind ended",
    ];

    public static Section Section(IReadOnlyList<OverloadRow> rows, OverloadOptions options) => new(
        "overload",
        string.Create(CultureInfo.InvariantCulture, $"""
         {options.Factor:0.#} × the sustainable rate (eight clients in turn, {options.CalmSeconds} s, the same server before and after;
         goodput is of the mean) for {options.Seconds} s in an open loop: clients arrive independently of each other (Poisson, seeded) and of the answers,
         each on a new connection. With them: {options.Slow} clients that trickle or stall at any time, and {100 * options.BadShare:0} % of the arrivals
         bodies that are too long (declared, or chunked), clients that leave half-way, and noise. All from one process at nice 19 outside the cgroup;
         «client late» is how far it fell behind its schedule.
         «ok» needs: no kill, no end, every answer 2xx, 4xx or 503 with Retry-After (bad clients: 4xx or 503), {100 * OverloadRow.LeastGoodput:0} % of the
         sustainable rate in right answers, unreclaimable memory within the limit, every probe answered 200, 99 of 100 within {ObservedRun.SlowestProbe:0} ms,
         at most {Figure.Share(ObservedRun.MostUnexplained)} of the working set unexplained. Who still waited at the end was waited for;
         rates are of the time in which clients came.
         {MixColumns.Notes}
         """),
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(OverloadRow row) => string.Create(CultureInfo.InvariantCulture,
        $"overload {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; sustainable {row.Sustainable:0.0}/s before, {row.SustainableAfter:0.0} "
            + $"after, goodput {Figure.Share(row.Goodput)}; {MixColumns.Line(row.Run)}");

    private static string[] Texts(OverloadRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), Figure.Rate(row.Sustainable),
        row.Run is null ? Figure.Absent : Figure.Rate(row.SustainableAfter),
        .. row.Run is not { Load: var load }
            ? Enumerable.Repeat(Figure.Absent, 5)
            : [
                Figure.Rate(load.Requests / load.Seconds), Figure.Rate(load.RightPerSecond), Figure.Share(row.Goodput), Figure.Milliseconds(load.P50),
                Figure.Milliseconds(load.P99),
            ],
        .. MixColumns.Texts(row.Run),
        .. row.Run is not { Load: var sent }
            ? Enumerable.Repeat(Figure.Absent, 4)
            : [
                $"{sent.NotSent}", $"{sent.MostOpen}", Figure.Milliseconds(sent.LatestArrival),
                string.Join("; ", sent.Outcomes.Select(kind => $"{kind.Key}: {Words.Counts(kind.Value)}")),
            ],
    ];
}
