using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Two builds of the server, measured by the other scenarios in turns that alternate: what a change costs.</summary>
/// <param name="before">One build.</param>
/// <param name="after">The other.</param>
internal sealed class PairsScenario(Subject subject, HeadroomTarget before, HeadroomTarget after, PairsOptions options)
{
    /// <summary>What can be asked for.</summary>
    public static readonly IReadOnlyList<string> Names = ["clock8", "clock256", "idle", "start", "embed", "webhook", "together"];

    private const int Requests = 64, WarmUp = 5, Timeout = 600;
    private const int StartsATurn = 3;
    private const int Texts = 16;
    private const double Submissions = 200;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var pairs = new List<Pair>();
        foreach (var name in options.Names)
        {
            for (var round = 1; round <= options.Pairs; round++)
            {
                // Whoever comes first finds the machine calmer.
                var afterFirst = round % 2 == 0;
                var one = await MeasureAsync(name, afterFirst ? after : before, cancellationToken);
                var other = await MeasureAsync(name, afterFirst ? before : after, cancellationToken);
                pairs.AddRange((afterFirst ? other.Zip(one) : one.Zip(other)).Select(turns => new Pair(round, turns.First, turns.Second)));
                await subject.Progress.WriteLineAsync(PairsTable.Line(pairs[^1]));
            }
        }
        return PairsTable.Section(pairs, options);
    }

    /// <summary>One turn of one build. What a scenario measures in two states are two turns.</summary>
    private async Task<IReadOnlyList<Turn>> MeasureAsync(string name, HeadroomTarget target, CancellationToken cancellationToken)
    {
        var own = subject with { Targets = [target] };
        switch (name)
        {
            case "clock8":
                return [await ClockAsync(own, target, 8, cancellationToken)];
            case "clock256":
                return [await ClockAsync(own, target, 256, cancellationToken)];
            case "idle":
                return [await IdleAsync(own, target, preload: false, cancellationToken), await IdleAsync(own, target, preload: true, cancellationToken)];
            case "start":
                var starts = await new StartScenario(own, StartsATurn).MeasureAsync(target, options.Limit, cancellationToken);
                var started = starts.ProcessorMilliseconds.Count == StartsATurn && starts.OomKills == 0;
                return [new Turn(name, "start", started ? starts.ProcessorMilliseconds.Average() : 0, starts.Peak, started ? "ok" : "did not start")];
            case "embed":
                var embedded = await new EmbedScenario(own, target, Texts, options.ShortSeconds).MeasureAsync(options.Limit, cancellationToken);
                return [new Turn(name, "text", embedded.ProcessorMilliseconds, embedded.Peaks.Unreclaimable, embedded.Verdict)];
            case "webhook":
                var webhook = new WebhookScenario(own.Repository, target, Submissions, options.ShortSeconds, own.Progress);
                var stored = await webhook.MeasureAsync(options.Limit, cancellationToken);
                return [new Turn(name, "submission", stored.ProcessorMilliseconds, stored.Peaks.Unreclaimable, stored.Verdict)];
            default:
                var together = await new TogetherScenario(own, target, options.Seconds).MeasureAsync(options.Limit, cancellationToken);
                return [Of(name, together)];
        }
    }

    private async Task<Turn> ClockAsync(Subject own, HeadroomTarget target, int clients, CancellationToken cancellationToken)
    {
        var scenario = new ClockScenario(own, [clients], Requests, WarmUp, BodyKind.Multipart, Timeout);
        var row = await scenario.MeasureAsync(target, options.Limit, clients, cancellationToken);
        return new Turn($"clock, {clients} clients", "clock-in", row.ProcessorMilliseconds, row.Peaks.Unreclaimable, row.Verdict);
    }

    private async Task<Turn> IdleAsync(Subject own, HeadroomTarget target, bool preload, CancellationToken cancellationToken)
    {
        var row = await new IdleScenario(
            own, options.WaitSeconds, BodyKind.Multipart, Timeout).MeasureAsync(target, options.Limit, preload, cancellationToken);
        return new Turn($"idle, {row.State}", "run", row.ProcessorSeconds * 1000, row.Cgroup?.Unreclaimable ?? 0, row.Cgroup is null ? "gone" : "ok");
    }

    /// <summary>Clients of a closed loop do more where there is time for more; what is not theirs comes at a fixed rate.</summary>
    private static Turn Of(string name, TogetherRow row) => row.Run is { ClockIns.Right: > 0 } run
        ? new Turn(name, "clock-in, with all the rest", run.ProcessorSeconds * 1000 / run.ClockIns.Right, run.Peaks.Unreclaimable, row.Verdict)
        : new Turn(name, "clock-in, with all the rest", 0, 0, row.Verdict);
}

/// <summary>What is measured, and how often.</summary>
/// <param name="Names">Of <see cref="PairsScenario.Names"/>.</param>
/// <param name="Pairs">Turns of each build.</param>
/// <param name="Limit">In bytes.</param>
/// <param name="Seconds">Of load where all services have one.</param>
/// <param name="WaitSeconds">Before the figures of an idle server.</param>
/// <param name="Before">Which build that is.</param>
/// <param name="After">Which build that is.</param>
internal sealed record PairsOptions(IReadOnlyList<string> Names, int Pairs, long Limit, int Seconds, int WaitSeconds, string Before, string After)
{
    /// <summary>Of load where one service has one.</summary>
    public int ShortSeconds => Math.Max(1, Seconds / 4);
}

/// <summary>One build, measured once.</summary>
/// <param name="Item">What <paramref name="ProcessorMilliseconds"/> is for.</param>
/// <param name="ProcessorMilliseconds">What the server took of the processors; zero where it could not be measured.</param>
/// <param name="Peak">Unreclaimable memory, in bytes: the most since the start, or what an idle server holds.</param>
/// <param name="Verdict">The scenario's own.</param>
internal sealed record Turn(string Scenario, string Item, double ProcessorMilliseconds, long Peak, string Verdict);

/// <summary>A turn of each build, one right after the other.</summary>
internal sealed record Pair(int Round, Turn Before, Turn After)
{
    /// <summary>Whether both could be measured.</summary>
    public bool Counts => Before is { ProcessorMilliseconds: > 0, Peak: > 0 } && After is { ProcessorMilliseconds: > 0, Peak: > 0 };

    public double Ratio => After.ProcessorMilliseconds / Before.ProcessorMilliseconds;

    /// <summary>In bytes.</summary>
    public long Difference => After.Peak - Before.Peak;
}

/// <summary>How pairs are shown.</summary>
internal static class PairsTable
{
    /// <summary>The most processor time that a change may cost, as a ratio.</summary>
    public const double MostRatio = 1.03;

    /// <summary>The most memory that a change may cost, in bytes.</summary>
    public const long MostMemory = 3 * 1048576;

    public static Section Section(IReadOnlyList<Pair> pairs, PairsOptions options) => new(
        "pairs",
        $"""
         Before: {options.Before}. After: {options.After}. Turns alternate in which build comes first;
         each starts a fresh server from a cold page cache under {Figure.Mebibytes(options.Limit)} MiB.
         Processor time is the server's own, user and kernel, for one of what stands beside it; memory is unreclaimable and the most since the start, with
         `idle` what is held after the wait. Medians over the pairs, least and most in brackets; the ratio and the difference are of the two turns of a pair.
         «ok» is a median of at most {MostRatio:0.00} × the processor time and {Figure.Mebibytes(MostMemory)} MiB more memory.
         What a scenario itself found wrong stands in the last column.
         """,
        [
            "scenario", "processor ms for a", "pairs", "before", "after", "ratio", "memory before MiB", "after", "difference MiB", "verdict", "wrong before",
            "after",
        ],
        [.. pairs.GroupBy(pair => pair.Before.Scenario).Select(of => Texts(of.Key, [.. of]))],
        [.. pairs]);

    public static string Line(Pair pair) => string.Create(CultureInfo.InvariantCulture,
        $"pair {pair.Round}, {pair.Before.Scenario}: {pair.Ratio:0.000} × the processor time, {Figure.Mebibytes(pair.Difference)} MiB more; "
            + $"{pair.Before.Verdict} → {pair.After.Verdict}");

    private static string[] Texts(string scenario, IReadOnlyList<Pair> all)
    {
        var pairs = all.Where(pair => pair.Counts).ToList();
        string[] wrong = [Wrong(all.Select(pair => pair.Before)), Wrong(all.Select(pair => pair.After))];
        string[] head = [scenario, all[0].Before.Item, $"{pairs.Count} of {all.Count}"];
        if (pairs.Count == 0)
            return [.. head, .. Enumerable.Repeat(Figure.Absent, 6), Figure.Verdict("not measured"), .. wrong];
        var (ratios, differences) = (Sorted(pairs, pair => pair.Ratio), Sorted(pairs, pair => pair.Difference));
        return
        [
            .. head,
            Figure.Hundredths(Median(Sorted(pairs, pair => pair.Before.ProcessorMilliseconds))),
            Figure.Hundredths(Median(Sorted(pairs, pair => pair.After.ProcessorMilliseconds))),
            string.Create(CultureInfo.InvariantCulture, $"{Median(ratios):0.000} ({ratios[0]:0.000}–{ratios[^1]:0.000})"),
            Memory(Median(Sorted(pairs, pair => pair.Before.Peak))), Memory(Median(Sorted(pairs, pair => pair.After.Peak))),
            $"{Memory(Median(differences))} ({Memory(differences[0])}–{Memory(differences[^1])})",
            Figure.Verdict(Words.Verdict(Judge(Median(ratios), Median(differences)))), .. wrong,
        ];
    }

    private static IEnumerable<string> Judge(double ratio, double difference)
    {
        if (ratio > MostRatio)
            yield return "slower";
        if (difference > MostMemory)
            yield return "larger";
    }

    private static string Wrong(IEnumerable<Turn> turns) =>
        Words.Counts(turns.Where(turn => turn.Verdict != "ok").CountBy(turn => turn.Verdict)) is { Length: > 0 } text ? text : Figure.Absent;

    private static double[] Sorted(IEnumerable<Pair> pairs, Func<Pair, double> of) => [.. pairs.Select(of).Order()];

    private static double Median(double[] ascending) => (ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2]) / 2;

    private static string Memory(double bytes) => Figure.Mebibytes((long)bytes);
}
