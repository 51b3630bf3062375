using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Searches;
using Headroom.Bench.Submissions;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>Clock-ins, uploads, submissions and searches at once, to one server that has all services.</summary>
/// <param name="target">The server; it gets the services and a signing secret.</param>
/// <param name="seconds">How long clients come.</param>
public sealed class TogetherScenario(Subject subject, HeadroomTarget target, int seconds)
{
    public const int Clients = 8, Files = 8, SubmissionsPerSecond = 20, SearchesPerSecond = 5;

    private const long Mebibyte = 1048576;
    private const long SmallestFile = 1 * Mebibyte, MedianFile = 5 * Mebibyte, LargestFile = 20 * Mebibyte;
    private const double Spread = 0.8;
    private const long Part = 4 * Mebibyte;

    /// <summary>More than any server here takes: the time ends the uploads.</summary>
    private const int MostFilesPerSecond = 100;

    /// <summary>A file that is not done in this time never will be, in seconds.</summary>
    private const int UploadTimeout = 300;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<TogetherRow>();
        foreach (var limit in subject.Limits)
        {
            rows.Add(await MeasureAsync(limit, cancellationToken));
            await subject.Progress.WriteLineAsync(TogetherTable.Line(rows[^1]));
        }
        return TogetherTable.Section(rows, seconds);
    }

    private async Task<TogetherRow> MeasureAsync(long limit, CancellationToken cancellationToken)
    {
        var submissions = new SignedSubmissions(SubmissionsPerSecond * seconds);
        var told = target.With(("HEADROOM__SERVICES", "faces,search,uploads"), ("TALLY_SIGNING_SECRET", submissions.Secret));
        await using var server = await subject.StartAsync(told, limit, preload: true, cancellationToken);
        var stored = new StoredSubmissions(server.Http, submissions);
        if (await PrepareAsync(told, server, stored, cancellationToken) is { } problem)
            return new TogetherRow(limit, problem, Run: null);

        // The slow clients that are waited for at the end are no load: probes beside them alone would all be fast.
        var ((clockIns, uploads, sent, searched), seen) = await ObservedRun.DuringAsync(server, () => LoadAsync(told, server, submissions, cancellationToken), TimeSpan.FromSeconds(seconds));
        var run = new TogetherRun(clockIns, uploads, OpenLoopReport.Of(sent, seconds), OpenLoopReport.Of(searched, seconds), seen);
        await subject.Progress.WriteLineAsync($"  {TogetherTable.Line(run)}; now the submissions are indexed and searched");
        return new TogetherRow(limit, StartProblem: null, run with { Stored = await CheckAsync(server, stored, sent, cancellationToken) });
    }

    private async Task<string?> PrepareAsync(HeadroomTarget told, MeasuredServer server, StoredSubmissions stored, CancellationToken cancellationToken)
    {
        if (await subject.PrepareAsync(told, server, cancellationToken) is { } problem)
            return problem;
        await SearchQueries.StoreAsync(server.Http, cancellationToken);
        await stored.WaitUntilIndexedAsync(cancellationToken);
        return null;
    }

    private async Task<(MixReport ClockIns, UploadReport Uploads, IReadOnlyList<OpenLoopResult> Sent, IReadOnlyList<OpenLoopResult> Searched)> LoadAsync(
        HeadroomTarget told, MeasuredServer server, SignedSubmissions submissions, CancellationToken cancellationToken)
    {
        var address = server.Http.BaseAddress!;
        var queries = new SearchQueries(SearchesPerSecond * seconds, told.Key);
        var clockIns = LoadProcess.RunAsync(subject.Program, subject.SteadyClockIns(told, server, Clients, seconds), cancellationToken);
        var uploads = LoadProcess.RunAsync(subject.Program, Plan(address, told.Key), cancellationToken);
        var sent = SendAsync(new OpenLoopSender(address, submissions.Requests, SubmissionsPerSecond, answer => answer.Outcome), cancellationToken);
        var searched = SendAsync(new OpenLoopSender(address, queries.Requests, SearchesPerSecond, SearchQueries.Judge), cancellationToken);
        await Task.WhenAll(clockIns, uploads, sent, searched);
        return (await clockIns, await uploads, await sent, await searched);
    }

    private static Task<IReadOnlyList<OpenLoopResult>> SendAsync(OpenLoopSender sender, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => sender.Run(Task.CompletedTask), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

    private UploadPlan Plan(Uri address, string key)
    {
        var sizes = new FileSizes(seconds * MostFilesPerSecond, LargestFile, MedianFile, Spread, Seed: 1) { Smallest = SmallestFile };
        return new UploadPlan(address, key, sizes, [UploadWay.Parts, UploadWay.Tus, UploadWay.ParallelParts, UploadWay.TusChunks], Files)
        {
            PartBytes = Part,
            Delete = true,
            Seconds = seconds,
            TimeoutSeconds = UploadTimeout,
        };
    }

    private async Task<SubmissionCheck?> CheckAsync(MeasuredServer server, StoredSubmissions stored, IReadOnlyList<OpenLoopResult> sent, CancellationToken cancellationToken)
    {
        try
        {
            await stored.WaitUntilIndexedAsync(cancellationToken);
            return await stored.CheckAsync([.. sent.Index().Where(result => result.Item.IsDone).Select(result => result.Index)], cancellationToken);
        }
        catch (HttpRequestException gone)
        {
            await subject.Progress.WriteLineAsync($"{gone.Message}\n{server.LastLines}");
            return null;
        }
    }
}
