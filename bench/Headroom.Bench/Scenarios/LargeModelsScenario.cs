using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Models;
using Headroom.Bench.Programs;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Three models of real size in one process: a detector, a 174 MB embedder, a 90 MB sentence model.</summary>
/// <param name="server">Prepares the models.</param>
/// <param name="host">Makes the service that hosts them from what it is to host.</param>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="seconds">How long they call, in seconds.</param>
/// <param name="unprepared">Whether the files are also hosted as they are, under the first limit.</param>
internal sealed class LargeModelsScenario(
    Subject subject, BuiltProgram server, Func<string, string, ModelHostTarget> host, int clients, int seconds, bool unprepared)
{
    private const int WarmupSeconds = 3;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var models = await LargeModels.PrepareAsync(subject.Repository, server, subject.Progress, cancellationToken);
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
        await using var measured = await subject.StartAsync(target, limit, preload: true, cancellationToken);
        var row = new LargeModelsRow(
            target.Name, limit, prepared, StartProblem: null, ReadySeconds: null, default, OomKills: 0, MemoryPeaks.None, Run: null, UnderLoad: null,
            FullRate: 0);
        try
        {
            var ready = await measured.WaitUntilReadyAsync(cancellationToken);
            row = row with { ReadySeconds = ready.TotalSeconds, Loaded = measured.Resident() };
        }
        catch (ServerGoneException gone)
        {
            await subject.Progress.WriteLineAsync(gone.Message);
            return row with
            {
                StartProblem = measured.OomKills > 0 ? "killed at start" : "did not start",
                OomKills = measured.OomKills,
                SinceStart = measured.Peaks,
            };
        }
        var calls = new MixPlan(new Uri(measured.Http.BaseAddress!, "/run"), target.Key, Photo: null, Employee: null);
        await LoadProcess.RunAsync(subject.Bench, calls with { Clients = 1, Seconds = WarmupSeconds }, cancellationToken);
        measured.TakePhase();
        var run = await MixRun.PlayAsync(subject.Bench, measured, calls with { Clients = clients, Seconds = seconds }, cancellationToken);
        return row with { Run = run, UnderLoad = measured.TakePhase(), OomKills = measured.OomKills, SinceStart = measured.Peaks };
    }
}

/// <summary>Models of real size in one process under one limit. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="ReadySeconds">From the process's start until all models were loaded; null when they never were.</param>
/// <param name="Loaded">What the process held when they were loaded, by its own account.</param>
/// <param name="OomKills">In all.</param>
/// <param name="SinceStart">The peaks since its start, loading included.</param>
/// <param name="Run">Eight callers; null when it did not come to that.</param>
/// <param name="UnderLoad">The peaks while they called.</param>
/// <param name="FullRate">Right answers a second under the largest limit, prepared.</param>
internal sealed record LargeModelsRow(
    string Target, long Limit, bool Prepared, string? StartProblem, double? ReadySeconds, ResidentMemory Loaded, long OomKills,
    MemoryPeaks SinceStart, MixRun? Run, MemoryPeaks? UnderLoad, double FullRate)
{
    /// <summary>The most anonymous memory that prepared models may take under load, in bytes.</summary>
    public const long MostAnonymous = 140 * 1048576L;

    /// <summary>From this limit on prepared models must run at full speed, in bytes.</summary>
    public const long FullSpeedFrom = 400 * 1048576L;

    /// <summary>What still counts as full speed.</summary>
    public const double FullSpeed = 0.9;

    public double Rate => Run?.Load.RightPerSecond ?? 0;

    /// <summary>The rate as a share of the full one.</summary>
    public double Relative => FullRate > 0 ? Rate / FullRate : 0;

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (Run is null)
            yield break;
        foreach (var problem in Run.Deaths(Limit))
            yield return problem;
        if (Run.Load.Right == 0)
            yield return "no right answer";
        if (Prepared && UnderLoad?.Anonymous > MostAnonymous)
            yield return string.Create(CultureInfo.InvariantCulture, $"more than {MostAnonymous / 1048576} MiB anonymous");
        if (Prepared && Limit >= FullSpeedFrom && Relative < FullSpeed)
            yield return "not at full speed";
    }
}

/// <summary>How models of real size are shown.</summary>
internal static class LargeModelsTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "models", "verdict", "ready s", "RssAnon loaded MiB", "RssFile loaded", "most anonymous since the start MiB",
        "most anonymous under load MiB", "most unreclaimable", "working set", "right/s", "of the first row", "p50 ms", "p99", "improper", "OOM kills",
        "/health p99 ms",
    ];

    public static Section Section(IReadOnlyList<LargeModelsRow> rows, int clients, int seconds) => new(
        "large-models",
        $"""
         One process hosts a detector (RetinaFace, 640 × 640), a 174 MB embedder (residual network of 50 layers, 112 × 112) and a 90 MB sentence model (six
         layers of 384, 32 tokens). {clients} callers in turn for {seconds} s; each call runs all three.
         Prepared: weights mapped from side files, cold at the start; one arena; as many runs at once as half the cores.
         The weights of the two large ones are random (seeded): memory and speed are real, answers are not.
         «ok» needs: no kill, every answer proper; prepared also at most {Figure.Mebibytes(LargeModelsRow.MostAnonymous)} MiB anonymous, and from
         {Figure.Mebibytes(LargeModelsRow.FullSpeedFrom)} MiB on {Figure.Share(LargeModelsRow.FullSpeed)} of the rate of the first row.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(LargeModelsRow row) =>
        $"large-models {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {Figure.Rate(row.Rate)} right/s ({Figure.Share(row.Relative)}); most "
            + $"anonymous {Figure.Mebibytes(row.UnderLoad?.Anonymous)} MiB";

    private static string[] Texts(LargeModelsRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), row.ReadySeconds is { } ready ? Figure.Rate(ready) : Figure.Absent,
        Figure.Mebibytes(row.Loaded.Anonymous), Figure.Mebibytes(row.Loaded.File), Figure.Mebibytes(row.SinceStart.Anonymous),
        Figure.Mebibytes(row.UnderLoad?.Anonymous), Figure.Mebibytes(row.UnderLoad?.Unreclaimable), Figure.Mebibytes(row.UnderLoad?.WorkingSet),
        .. row.Run is not { } run
            ? Enumerable.Repeat(Figure.Absent, 5)
            : [
                Figure.Rate(row.Rate), Figure.Share(row.Relative), Figure.Milliseconds(run.Load.P50), Figure.Milliseconds(run.Load.P99),
                $"{run.Load.Improper.Values.Sum()}",
            ],
        $"{row.OomKills}", row.Run is { Probes: var probes } ? Figure.Fine(probes.P99) : Figure.Absent,
    ];
}
