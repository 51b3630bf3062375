using Headroom.Bench.Programs;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>Files are sent, made complete, read back and compared: a few at once, a crowd at once, to S3, and thousands of mixed length.</summary>
/// <param name="bench">What runs the client.</param>
/// <param name="target">The server.</param>
/// <param name="limits">In bytes.</param>
internal sealed class UploadsScenario(
    Repository repository, BuiltProgram bench, HeadroomTarget target, IReadOnlyList<long> limits, UploadsOptions options, TextWriter progress)
{
    public const string Few = "few", Crowd = "crowd", ToS3 = "s3", Mixed = "files";

    /// <summary>What can be run.</summary>
    public static readonly IReadOnlyList<string> Cases = [Few, Crowd, ToS3, Mixed];

    private const int FewFiles = 4;
    private const long Mebibyte = 1048576;
    private const long LargestFile = 200 * Mebibyte;
    private const long MedianFile = 128 * 1024;

    /// <summary>With that median and that largest file: 1.3 MB on average.</summary>
    private const double Spread = 2.2;

    /// <summary>Chunks and parts of the mixed files: several for the larger ones. In bytes.</summary>
    private const long MixedPart = 4 * Mebibyte;

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<UploadsRow>();
        foreach (var limit in limits)
        {
            foreach (var name in options.Cases)
            {
                rows.Add(await MeasureAsync(name, limit, cancellationToken));
                await progress.WriteLineAsync(UploadsTable.Line(rows[^1]));
            }
        }
        return UploadsTable.Section(rows, options);
    }

    private async Task<UploadsRow> MeasureAsync(string name, long limit, CancellationToken cancellationToken)
    {
        await using var swift = name == ToS3 ? await SwiftServer.StartAsync(repository, cancellationToken) : null;
        var with = target.With([("HEADROOM__SERVICES", "uploads"), .. swift?.Settings ?? []]);
        await using var server = await MeasuredServer.StartAsync(with, repository, limit, preload: false, cancellationToken);
        var (wanted, plan) = Plan(name, server.Http.BaseAddress!, with.Key);
        try
        {
            await server.WaitUntilServingAsync(cancellationToken);
        }
        catch (ServerGoneException gone)
        {
            await progress.WriteLineAsync(gone.Message);
            return new UploadsRow(name, limit, wanted, Flat: false, "did not start", Run: null);
        }
        return new UploadsRow(name, limit, wanted, Flat: name == Mixed, StartProblem: null, await UploadRun.PlayAsync(bench, server, plan, cancellationToken));
    }

    private (long? Wanted, UploadPlan Plan) Plan(string name, Uri address, string? key) => name switch
    {
        Few => (100 * Mebibyte, AtOnce(address, key, FewFiles)),
        Crowd => (256 * Mebibyte, AtOnce(address, key, options.Crowd)),
        ToS3 => (200 * Mebibyte, AtOnce(address, key, options.ToS3)),
        _ => (null, new UploadPlan(
            address, key, new FileSizes(options.Files, LargestFile, MedianFile, Spread, options.Seed),
            [UploadWay.Parts, UploadWay.Tus, UploadWay.ParallelParts, UploadWay.TusChunks], options.Clients)
        { PartBytes = MixedPart, Delete = true }),
    };

    private UploadPlan AtOnce(Uri address, string? key, int files) =>
        new(address, key, FileSizes.Same(files, options.FileBytes), [UploadWay.Parts, UploadWay.Tus], files);
}

/// <summary>How many uploads of what length.</summary>
/// <param name="Cases">Of <see cref="UploadsScenario.Cases"/>.</param>
/// <param name="Crowd">Files at once in the crowd.</param>
/// <param name="ToS3">Files at once to S3.</param>
/// <param name="FileBytes">Length of each of them, in bytes.</param>
/// <param name="Files">Files of mixed length.</param>
/// <param name="Clients">How many of the mixed files at once.</param>
/// <param name="Seed">Draws their lengths.</param>
internal sealed record UploadsOptions(IReadOnlyList<string> Cases, int Crowd, int ToS3, long FileBytes, int Files, int Clients, int Seed);

/// <summary>One kind of uploads under one limit. Memory is in bytes.</summary>
/// <param name="Case">Which kind.</param>
/// <param name="Wanted">The most unreclaimable memory that it may take; null for the limit.</param>
/// <param name="Flat">Whether memory has to be as low at the end as at the beginning.</param>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
internal sealed record UploadsRow(string Case, long Limit, long? Wanted, bool Flat, string? StartProblem, UploadRun? Run)
{
    private const string Healthy = "healthy";

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
        if (Run.Peaks.Unreclaimable > Wanted)
            yield return string.Create(CultureInfo.InvariantCulture, $"more than {Wanted / 1048576.0:0} MiB");
        if (!Flat)
            yield break;
        if (FloorLast - FloorFirst > SoakRow.Flat)
            yield return string.Create(CultureInfo.InvariantCulture, $"the floor rose by {(FloorLast - FloorFirst) / 1048576.0:0.0} MiB");
        if (Run.Watch.LeakSaidAfter is not null || Run.Watch.LastTrend != Healthy)
            yield return $"the trend said {(Run.Watch.LeakSaidAfter is null ? Run.Watch.LastTrend ?? "nothing" : "leak")}";
    }
}

/// <summary>One server while files were sent to it, seen from all sides.</summary>
internal sealed record UploadRun : ObservedRun
{
    public UploadRun(UploadReport load, ObservedRun seen)
        : base(seen) => Load = load;

    /// <summary>What the client saw.</summary>
    public UploadReport Load { get; init; }

    /// <summary>Plays a load on a server while it is probed and watched.</summary>
    public static async Task<UploadRun> PlayAsync(BuiltProgram bench, MeasuredServer server, UploadPlan plan, CancellationToken cancellationToken)
    {
        var (load, seen) = await DuringAsync(server, () => UploadProcess.RunAsync(bench, plan, cancellationToken));
        return new UploadRun(load, seen);
    }

    /// <summary>What no server may do.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Problems(long limit) => [.. Ends(limit), .. Load.Problems(), .. FailedProbes(), .. Unexplained()];
}

/// <summary>How uploads are shown.</summary>
internal static class UploadsTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "uploads", "verdict", "files", "complete", "compared", "different", "deleted", "MiB", "bodies at once", "sent again",
        "OOM kills", "peak unreclaimable MiB", "wanted at most", "of it anonymous", "kernel", "sockets", "dirty", "peak working set",
        "floor of the first third", "of the last", "trend", "unexplained", "MiB/s", "file p50 s", "max s", "/health p99 ms", "max", "longest sample gap ms",
    ];

    public static Section Section(IReadOnlyList<UploadsRow> rows, UploadsOptions options) => new(
        "uploads",
        $"""
         «few», «crowd» and «s3»: 4, {options.Crowd} and {options.ToS3} files of {Figure.Mebibytes(options.FileBytes)} MiB, all at once, by parts and by tus
         in turn; «s3» keeps them in OpenStack Swift, outside the cgroup. «files»: {options.Files} files, log-normal (median 128 KiB, σ 2.2, seed
         {options.Seed}, cut at 200 MiB, five of 0 B and five of 200 MiB among them), {options.Clients} at a time, by parts, by tus in one request, by parts
         four at once, by tus in chunks of 4 MiB in turn; each is downloaded, compared and deleted. In the other cases every file is downloaded and compared
         after all are complete.
         One client process at nice 19 outside the cgroup; it sends again after 408, 429 and 503 when `Retry-After` says.
         No two stretches of 256 KiB of what it sends are alike, and every byte is compared. «bodies at once» is the most requests with a body that had begun
         and had no answer. Unreclaimable = anonymous + shmem + kernel + sockets + dirty + writeback, since the start of the server;
         its parts are those of the sample with the peak. MiB/s counts completed files until the last one;
         with «files» downloads are in between.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(UploadsRow row) => string.Create(CultureInfo.InvariantCulture,
        $"uploads {row.Case}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; ") + (row.Run is { } run ? string.Create(CultureInfo.InvariantCulture,
        $"{run.Load.Completed}/{run.Load.Files} complete, {run.Load.Different} of {run.Load.Compared} different; peak unreclaimable "
            + $"{Figure.Mebibytes(run.Peaks.Unreclaimable)} MiB (sockets {Figure.Mebibytes(run.Peaks.AtPeak.Socket)}, dirty "
            + $"{Figure.Mebibytes(run.Peaks.AtPeak.Dirty + run.Peaks.AtPeak.Writeback)}); {run.Load.BytesPerSecond / 1048576:0.0} MiB/s; sent again: "
            + $"{Words.Counts(run.Load.Retries)}") : "not run");

    private static string[] Texts(UploadsRow row) => row.Run is not { } run
        ? [Figure.Mebibytes(row.Limit), row.Case, Figure.Verdict(row.Verdict), .. Enumerable.Repeat(Figure.Absent, Columns.Length - 3)]
        :
        [
            Figure.Mebibytes(row.Limit), row.Case, Figure.Verdict(row.Verdict),
            $"{run.Load.Files}", $"{run.Load.Completed}", $"{run.Load.Compared}", $"{run.Load.Different}", $"{run.Load.Deleted}",
            Figure.Mebibytes(run.Load.Bytes),
            $"{run.Load.MostWaiting}", run.Load.Retries.Count == 0 ? "0" : Words.Counts(run.Load.Retries), $"{run.OomKills}",
            Figure.Mebibytes(run.Peaks.Unreclaimable), Figure.Mebibytes(row.Wanted),
            Figure.Mebibytes(run.Peaks.AtPeak.Anonymous), Figure.Mebibytes(run.Peaks.AtPeak.Kernel), Figure.Mebibytes(run.Peaks.AtPeak.Socket),
            Figure.Mebibytes(run.Peaks.AtPeak.Dirty + run.Peaks.AtPeak.Writeback),
            Figure.Mebibytes(run.Peaks.WorkingSet), Figure.Mebibytes(row.FloorFirst), Figure.Mebibytes(row.FloorLast), run.Watch.LastTrend ?? Figure.Absent,
            run.Watch.Worst is { } worst ? Figure.Share(worst.Unexplained) : Figure.Absent,
            Figure.Rate(run.Load.BytesPerSecond / 1048576), Figure.Fine(run.Load.P50), Figure.Fine(run.Load.Max),
            Figure.Fine(run.Probes.P99), Figure.Fine(run.Probes.Max), Figure.Milliseconds(run.Peaks.LongestGapMilliseconds),
        ];
}
