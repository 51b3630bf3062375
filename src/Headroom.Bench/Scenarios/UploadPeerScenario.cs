using Headroom.Bench.Reports;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>The same files to this server and to a usual handler, both on disk with fsync, in turns that alternate.</summary>
/// <param name="program">What runs the client.</param>
/// <param name="targets">Two servers.</param>
/// <param name="limits">In bytes.</param>
/// <param name="clients">How many files at once.</param>
/// <param name="rounds">How often each server gets each kind of files.</param>
public sealed class UploadPeerScenario(Repository repository, HeadroomProgram program, IReadOnlyList<ITarget> targets, IReadOnlyList<long> limits, int clients, int rounds, TextWriter progress)
{
    private const long PartBytes = 8 * 1048576;
    private const int CompareEvery = 10;

    /// <summary>Such a part of the files is sent before the ones that count: a compiler at work is not what is compared.</summary>
    private const int WarmupPart = 2;

    private static readonly (string Kind, FileSizes Sizes)[] Kinds =
    [
        ("20 MiB", FileSizes.Same(64, 20 * 1048576)),
        ("1 MiB", FileSizes.Same(400, 1048576)),
        ("64 KiB", FileSizes.Same(1000, 64 * 1024)),
    ];

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<UploadPeerRow>();
        foreach (var limit in limits)
        {
            foreach (var (kind, sizes) in Kinds)
            {
                for (var round = 1; round <= rounds; round++)
                {
                    // Whoever comes first finds the disk calmer.
                    foreach (var target in round % 2 == 1 ? targets : targets.Reverse())
                    {
                        rows.Add(await MeasureAsync(target, kind, sizes, limit, round, cancellationToken));
                        await progress.WriteLineAsync(UploadPeerTable.Line(rows[^1]));
                    }
                }
            }
        }
        return UploadPeerTable.Section(rows, [.. Kinds.Select(of => (of.Kind, UploadPeerRow.Ratio(rows, of.Kind, targets[0].Name, targets[1].Name)))], clients);
    }

    private async Task<UploadPeerRow> MeasureAsync(ITarget target, string kind, FileSizes sizes, long limit, int round, CancellationToken cancellationToken)
    {
        await using var server = await MeasuredServer.StartAsync(target, repository, limit, preload: false, cancellationToken);
        try
        {
            await server.WaitUntilServingAsync(cancellationToken);
        }
        catch (ServerGoneException gone)
        {
            await progress.WriteLineAsync(gone.Message);
            return new UploadPeerRow(kind, round, target.Name, limit, Load: null, server.OomKills, server.Peaks);
        }
        var plan = new UploadPlan(server.Http.BaseAddress!, target.Key, sizes, [UploadWay.Parts], clients) { PartBytes = PartBytes, CompareEvery = CompareEvery, TimeoutSeconds = 300 };
        await Load.LoadProcess.RunAsync(program, plan with { Sizes = sizes with { Count = sizes.Count / WarmupPart } }, cancellationToken);
        var load = await Load.LoadProcess.RunAsync(program, plan, cancellationToken);
        return new UploadPeerRow(kind, round, target.Name, limit, load, server.OomKills, server.Peaks);
    }
}
