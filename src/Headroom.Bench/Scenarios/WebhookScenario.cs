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
public sealed class WebhookScenario(Repository repository, HeadroomTarget target, double perSecond, int seconds, TextWriter progress)
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

    private async Task<WebhookRow> MeasureAsync(long limit, CancellationToken cancellationToken)
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
            return new WebhookRow(target.Name, limit, server.OomKills > 0 ? "killed" : "did not serve", 0, 0, new Dictionary<string, int>(), OpenLoopTimes.Of([]), OpenLoopTimes.Of([]), 0, 0, 0, 0, MemoryPeaks.None, server.OomKills);
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
        var (lost, twice, looked, unseen) = await stored.CheckAsync([.. results.Index().Where(result => result.Item.IsDone).Select(result => result.Index)], cancellationToken);
        return new WebhookRow(
            target.Name, limit, StartProblem: null, loaded, indexed,
            results.CountBy(result => result.Outcome).ToDictionary(),
            OpenLoopTimes.Of(results.Where(result => result.DueMilliseconds < loaded)), OpenLoopTimes.Of(results),
            lost, twice, looked, unseen, server.Peaks, server.OomKills);
    }

    /// <summary>Asks seldom: the server has other work.</summary>
    private static async Task WaitUntilLoadedAsync(MeasuredServer server, CancellationToken cancellationToken)
    {
        while (!JsonElement.Parse(await server.Http.GetStringAsync(new Uri("/health", UriKind.Relative), cancellationToken)).GetProperty("model_loaded").GetBoolean())
            await Task.Delay(Interval, cancellationToken);
    }
}
