using Headroom.Bench.Reports;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>Files are sent, made complete, read back and compared: a few at once, a crowd at once, to S3, and thousands of mixed length.</summary>
/// <param name="program">What runs the client.</param>
/// <param name="target">The server.</param>
/// <param name="limits">In bytes.</param>
public sealed class UploadsScenario(Repository repository, HeadroomProgram program, HeadroomTarget target, IReadOnlyList<long> limits, UploadsOptions options, TextWriter progress)
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
        return new UploadsRow(name, limit, wanted, Flat: name == Mixed, StartProblem: null, await UploadRun.PlayAsync(program, server, plan, cancellationToken));
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
