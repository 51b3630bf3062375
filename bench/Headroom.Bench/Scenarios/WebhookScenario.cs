using System.Text.Json;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Submissions;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>
/// Signed submissions from the moment a cold server answers, while its model is still loading; then whether all that were
/// acknowledged are found.
/// </summary>
/// <param name="target">The server; it gets the secret.</param>
/// <param name="perSecond">How many submissions a second.</param>
/// <param name="seconds">For how long.</param>
/// <param name="progress">Where a line is written when something was measured.</param>
internal sealed class WebhookScenario(Repository repository, HeadroomTarget target, double perSecond, int seconds, TextWriter progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <param name="limits">In bytes.</param>
    public async Task<Section> RunAsync(IReadOnlyList<long> limits, CancellationToken cancellationToken)
    {
        var rows = new List<WebhookRow>();
        foreach (var limit in limits)
        {
            rows.Add(await MeasureAsync(limit, cancellationToken));
            await progress.WriteLineAsync(WebhookTable.Line(rows[^1]));
        }
        return WebhookTable.Section(rows, perSecond, seconds);
    }

    /// <summary>Under one limit.</summary>
    public async Task<WebhookRow> MeasureAsync(long limit, CancellationToken cancellationToken)
    {
        var submissions = new SignedSubmissions((int)(perSecond * seconds));
        var told = target.With(("HEADROOM__SERVICES", "search"), ("TALLY_SIGNING_SECRET", submissions.Secret));
        await using var server = await MeasuredServer.StartAsync(told, repository, limit, preload: true, cancellationToken);
        try
        {
            return await MeasureAsync(server, limit, submissions, cancellationToken);
        }
        catch (Exception gone) when (gone is ServerGoneException or HttpRequestException)
        {
            await progress.WriteLineAsync($"{gone.Message}\n{server.LastLines}");
            return new WebhookRow(
                target.Name, limit, server.OomKills > 0 ? "killed" : "did not serve", 0, 0, new Dictionary<string, int>(), OpenLoopTimes.Of([]),
                OpenLoopTimes.Of([]), 0, 0, 0, 0, MemoryPeaks.None, server.OomKills);
        }
    }

    private async Task<WebhookRow> MeasureAsync(MeasuredServer server, long limit, SignedSubmissions submissions, CancellationToken cancellationToken)
    {
        var sender = new OpenLoopSender(server.Http.BaseAddress!, submissions.Requests, perSecond, answer => answer.Outcome);
        var healthy = new TaskCompletionSource();
        var sending = Task.Factory.StartNew(() => sender.Run(healthy.Task), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await server.WaitUntilHealthyAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        healthy.SetResult();
        await WaitUntilLoadedAsync(server, cancellationToken);
        var loaded = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        var results = await sending;
        await progress.WriteLineAsync($"  {WebhookTable.Line(OpenLoopTimes.Of(results))}; now they are indexed and searched");
        var stored = new StoredSubmissions(server.Http, submissions);
        await stored.WaitUntilIndexedAsync(cancellationToken);
        var indexed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var processor = server.ProcessorTime();
        var (lost, twice, looked, unseen) = await stored.CheckAsync(
            [.. results.Index().Where(result => result.Item.IsDone).Select(result => result.Index)], cancellationToken);
        return new WebhookRow(
            target.Name, limit, StartProblem: null, loaded, indexed,
            results.CountBy(result => result.Outcome).ToDictionary(),
            OpenLoopTimes.Of(results.Where(result => result.DueMilliseconds < loaded)), OpenLoopTimes.Of(results),
            lost, twice, looked, unseen, server.Peaks, server.OomKills)
        { ProcessorMilliseconds = processor.TotalMilliseconds / results.Count };
    }

    /// <summary>Asks seldom: the server has other work.</summary>
    private static async Task WaitUntilLoadedAsync(MeasuredServer server, CancellationToken cancellationToken)
    {
        while (
            !JsonElement.Parse(
                await server.Http.GetStringAsync(new Uri("/health", UriKind.Relative), cancellationToken)).GetProperty("model_loaded").GetBoolean())
            await Task.Delay(Interval, cancellationToken);
    }
}

/// <summary>Submissions to one server under one limit. Times are in milliseconds, from the moment a submission was due.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="LoadedMilliseconds">When the model was loaded, since the first answer of <c>/health</c>.</param>
/// <param name="IndexedMilliseconds">When all could be found by what they mean.</param>
/// <param name="Outcomes">How many were answered how.</param>
/// <param name="Early">Those that were due before the model was loaded.</param>
/// <param name="All">All.</param>
/// <param name="Lost">Acknowledged and not found.</param>
/// <param name="Twice">Found more than once.</param>
/// <param name="Unseen">Of <paramref name="Looked"/>: not found by their meaning.</param>
internal sealed record WebhookRow(
    string Target, long Limit, string? StartProblem, double LoadedMilliseconds, double IndexedMilliseconds, IReadOnlyDictionary<string, int> Outcomes,
    OpenLoopTimes Early, OpenLoopTimes All, int Lost, int Twice, int Looked, int Unseen, MemoryPeaks Peaks, long OomKills)
{
    /// <summary>The longest that 99 of 100 submissions may take.</summary>
    public const double SlowestSubmission = 20;

    /// <summary>What the server took of the processors for a submission, from its start until all were indexed.</summary>
    public double ProcessorMilliseconds { get; init; }

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        if (Outcomes.Where(of => of.Key != "200").ToList() is { Count: > 0 } others)
            yield return Words.Counts(others);
        foreach (var problem in new SubmissionCheck(Lost, Twice, Looked, Unseen).Problems())
            yield return problem;
        if (All.P99 > SlowestSubmission)
            yield return string.Create(CultureInfo.InvariantCulture, $"p99 {All.P99:0.0} ms");
    }
}

/// <summary>How submissions to the webhook are shown.</summary>
internal static class WebhookTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "server", "verdict", "sent", "answered", "p50 ms", "p99", "max", "before the model was loaded", "their p50 ms", "p99", "max",
        "model loaded after s", "all indexed after s", "lost", "found twice", "not found by meaning", "peak unreclaimable MiB", "working set",
        "processor ms a submission", "OOM kills",
    ];

    public static Section Section(IReadOnlyList<WebhookRow> rows, double perSecond, int seconds) => new(
        "webhook",
        string.Create(CultureInfo.InvariantCulture, $"""
            {perSecond:0} signed submissions a second (a Poisson process; about 2 KB each) for {seconds} s to POST /webhook/tally, from the first answer of
            `/health` of a server that was started from a cold page cache: its model is still loading then.
            An open loop over 32 connections, sent by threads above everything else; milliseconds from the moment a submission was due to the last byte of its
            answer. Then every one that was acknowledged is searched by a word of its own, and some by the meaning of their text.
            Wanted: p99 of at most {WebhookRow.SlowestSubmission} ms, none lost, none twice.
            """),
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(WebhookRow row) =>
        $"webhook {row.Target}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {Line(row.All)}; before the model was loaded ({row.Early.Count}) p99 "
            + $"{Figure.Fine(row.Early.P99)} ms; {row.Lost} lost, {row.Twice} twice";

    public static string Line(OpenLoopTimes times) =>
        $"{times.Count} submissions: p50 {Figure.Fine(times.P50)}, p99 {Figure.Fine(times.P99)}, max {Figure.Fine(times.Max)} ms";

    private static string[] Texts(WebhookRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, Figure.Verdict(row.Verdict), $"{row.All.Count}", Words.Counts(row.Outcomes),
        .. Times(row.All), $"{row.Early.Count}", .. Times(row.Early), Figure.Fine(row.LoadedMilliseconds / 1000), Figure.Fine(row.IndexedMilliseconds / 1000),
        $"{row.Lost}", $"{row.Twice}", $"{row.Unseen} of {row.Looked}", Figure.Mebibytes(row.Peaks.Unreclaimable), Figure.Mebibytes(row.Peaks.WorkingSet),
        Figure.Hundredths(row.ProcessorMilliseconds), $"{row.OomKills}",
    ];

    private static string[] Times(OpenLoopTimes times) => [Figure.Fine(times.P50), Figure.Fine(times.P99), Figure.Fine(times.Max)];
}
