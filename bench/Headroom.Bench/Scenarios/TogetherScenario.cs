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
internal sealed class TogetherScenario(Subject subject, HeadroomTarget target, int seconds)
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

    /// <summary>Under one limit.</summary>
    public async Task<TogetherRow> MeasureAsync(long limit, CancellationToken cancellationToken)
    {
        var submissions = new SignedSubmissions(SubmissionsPerSecond * seconds);
        var told = target.With(("HEADROOM__SERVICES", "faces,search,uploads"), ("TALLY_SIGNING_SECRET", submissions.Secret));
        await using var server = await subject.StartAsync(told, limit, preload: true, cancellationToken);
        var stored = new StoredSubmissions(server.Http, submissions);
        if (await PrepareAsync(told, server, stored, cancellationToken) is { } problem)
            return new TogetherRow(limit, problem, Run: null);

        var before = server.ProcessorTime();
        // The slow clients that are waited for at the end are no load: probes beside them alone would all be fast.
        var ((clockIns, uploads, sent, searched), seen) = await ObservedRun.DuringAsync(
            server, () => LoadAsync(told, server, submissions, cancellationToken), TimeSpan.FromSeconds(seconds));
        var run = new TogetherRun(clockIns, uploads, OpenLoopReport.Of(sent, seconds), OpenLoopReport.Of(searched, seconds), seen)
        {
            ProcessorSeconds = (server.ProcessorTime() - before).TotalSeconds,
        };
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
        var clockIns = LoadProcess.RunAsync(subject.Bench, subject.SteadyClockIns(told, server, Clients, seconds), cancellationToken);
        var uploads = UploadProcess.RunAsync(subject.Bench, Plan(address, told.Key), cancellationToken);
        var sent = SendAsync(new OpenLoopSender(address, submissions.Requests, SubmissionsPerSecond, answer => answer.Outcome), cancellationToken);
        var searched = SendAsync(new OpenLoopSender(address, queries.Requests, SearchesPerSecond, SearchQueries.Judge), cancellationToken);
        await Task.WhenAll(clockIns, uploads, sent, searched);
        return (await clockIns, await uploads, await sent, await searched);
    }

    private static Task<IReadOnlyList<OpenLoopResult>> SendAsync(OpenLoopSender sender, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => sender.Run(Task.CompletedTask), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

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

    private async Task<SubmissionCheck?> CheckAsync(
        MeasuredServer server, StoredSubmissions stored, IReadOnlyList<OpenLoopResult> sent, CancellationToken cancellationToken)
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

/// <summary>All services of one server at once, under one limit.</summary>
/// <param name="Limit">In bytes.</param>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
internal sealed record TogetherRow(long Limit, string? StartProblem, TogetherRun? Run)
{
    public string Verdict => StartProblem ?? Words.Verdict(Run is null ? [] : Problems(Run));

    private IEnumerable<string> Problems(TogetherRun run) =>
    [
        .. run.Ends(Limit),
        .. Of("clock-ins", [.. run.ClockIns.Problems(), .. run.ClockIns.Right == 0 ? ["no right answer"] : Array.Empty<string>()]),
        .. Of("uploads", [.. run.Uploads.Problems(), .. run.Uploads.Completed == 0 ? ["none complete"] : Array.Empty<string>()]),
        .. Of("submissions", [.. run.Submissions.Problems(), .. run.Stored?.Problems() ?? ["not looked for"]]),
        .. Of("searches", run.Searches.Problems(SearchQueries.WordsAlone)),
        .. run.FailedProbes(), .. run.SlowProbes(), .. run.Unexplained(), .. Memory(run),
    ];

    private static IEnumerable<string> Of(string load, IEnumerable<string> problems) => problems.Select(problem => $"{load}: {problem}");

    private static IEnumerable<string> Memory(TogetherRun run)
    {
        if (run.Watch.Worst is null)
            yield return "/memory-status never answered";
        if (run.Watch.LeakSaidAfter is not null)
            yield return "the trend said leak";
    }
}

/// <summary>One server under the loads of all its services at once, seen from all sides.</summary>
internal sealed record TogetherRun : ObservedRun
{
    public TogetherRun(MixReport clockIns, UploadReport uploads, OpenLoopReport submissions, OpenLoopReport searches, ObservedRun seen)
        : base(seen) => (ClockIns, Uploads, Submissions, Searches) = (clockIns, uploads, submissions, searches);

    public MixReport ClockIns { get; init; }

    public UploadReport Uploads { get; init; }

    public OpenLoopReport Submissions { get; init; }

    public OpenLoopReport Searches { get; init; }

    /// <summary>What the server took of the processors for all of it.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>What became of the submissions that were acknowledged; null when the server was gone by then.</summary>
    public SubmissionCheck? Stored { get; init; }
}

/// <summary>How all services at once are shown.</summary>
internal static class TogetherTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "verdict",
        "clock-ins right/s", "p50 ms", "p99", "503", "improper",
        "uploads files/s", "MiB/s", "file p50 s", "p99", "complete", "different", "sent again",
        "submissions/s", "p50 ms", "p99", "answered", "lost", "found twice", "not found by meaning",
        "searches/s", "p50 ms", "p99", "answered",
        "of the peak anonymous", "shmem", "kernel", "dirty", "processor s", .. MixColumns.Seen,
    ];

    public static Section Section(IReadOnlyList<TogetherRow> rows, int seconds) => new(
        "together",
        $"""
         One server with all services, started from a cold page cache; for {seconds} s, all at the same time:
         {TogetherScenario.Clients} clients that clock in with a 12 MP photo, one request each, 5 % of them bad, beside two that trickle or stall;
         {TogetherScenario.Files} files of 1 to 20 MiB at a time (log-normal, median 5 MiB), by parts, by tus in one request, by parts four at once, by tus in
         chunks of 4 MiB in turn, each downloaded, compared and deleted; {TogetherScenario.SubmissionsPerSecond} signed submissions a second and
         {TogetherScenario.SearchesPerSecond} hybrid searches a second, in open loops. Afterwards every submission that was acknowledged is searched by a word
         of its own, and some by the meaning of their text.
         Times are of right answers; those of open loops count from the moment a request was due. «ok» needs:
         no kill, no end, unreclaimable memory within the limit, every answer the right one or 503 with Retry-After (bad clock-ins:
         4xx or 503), every file complete and none different, no submission lost or there twice, every probe answered, 99 of 100 within
         {ObservedRun.SlowestProbe:0} ms, at most {Figure.Share(ObservedRun.MostUnexplained)} of the working set unexplained, and no leak in the trend.
         The parts of the peak are those of its sample.
         {MixColumns.Notes}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(TogetherRow row) =>
        $"together, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {(row.Run is { } run ? Line(run) : "not run")}";

    public static string Line(TogetherRun run) => string.Create(CultureInfo.InvariantCulture,
        $"{run.ClockIns.RightPerSecond:0.0} clock-ins/s, {run.Uploads.FilesPerSecond:0.0} files/s, {run.Submissions.PerSecond:0.0} submissions/s, "
            + $"{run.Searches.PerSecond:0.0} searches/s; peak unreclaimable {Figure.Mebibytes(run.Peaks.Unreclaimable)} MiB; /health p99 "
            + $"{Figure.Fine(run.Probes.P99)} ms, {run.Probes.Failed} failed");

    private static string[] Texts(TogetherRow row) => row.Run is not { } run
        ? [Figure.Mebibytes(row.Limit), Figure.Verdict(row.Verdict), .. Enumerable.Repeat(Figure.Absent, Columns.Length - 2)]
        :
        [
            Figure.Mebibytes(row.Limit), Figure.Verdict(row.Verdict),
            Figure.Rate(run.ClockIns.RightPerSecond), Figure.Milliseconds(run.ClockIns.P50), Figure.Milliseconds(run.ClockIns.P99), $"{run.ClockIns.Busy}",
            $"{run.ClockIns.Improper.Values.Sum()}",
            Figure.Rate(run.Uploads.FilesPerSecond), Figure.Rate(run.Uploads.BytesPerSecond / 1048576), Figure.Fine(run.Uploads.P50),
            Figure.Fine(run.Uploads.P99),
            $"{run.Uploads.Completed} of {run.Uploads.Files}", $"{run.Uploads.Different} of {run.Uploads.Compared}",
            run.Uploads.Retries.Count == 0 ? "0" : Words.Counts(run.Uploads.Retries),
            .. Texts(run.Submissions),
            .. run.Stored is { } stored ? [$"{stored.Lost}", $"{stored.Twice}", $"{stored.Unseen} of {stored.Looked}"] : Enumerable.Repeat(Figure.Absent, 3),
            .. Texts(run.Searches),
            Figure.Mebibytes(run.Peaks.AtPeak.Anonymous), Figure.Mebibytes(run.Peaks.AtPeak.Shmem), Figure.Mebibytes(run.Peaks.AtPeak.Kernel),
            Figure.Mebibytes(run.Peaks.AtPeak.Dirty + run.Peaks.AtPeak.Writeback),
            Figure.Rate(run.ProcessorSeconds),
            .. MixColumns.SeenTexts(run),
        ];

    private static string[] Texts(OpenLoopReport load) =>
        [Figure.Rate(load.PerSecond), Figure.Milliseconds(load.Times.P50), Figure.Milliseconds(load.Times.P99), Words.Counts(load.Outcomes)];
}
