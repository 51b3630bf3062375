using Headroom.Bench.Reports;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>The same files to this server and to a usual handler as it is and tuned, all on disk with fsync, in turns that alternate.</summary>
/// <param name="program">What runs the client.</param>
/// <param name="targets">The servers; the others are compared with the first one.</param>
/// <param name="limits">In bytes.</param>
/// <param name="clients">How many files at once.</param>
/// <param name="rounds">How often each server gets each kind of files.</param>
public sealed class UploadPeerScenario(Repository repository, HeadroomProgram program, IReadOnlyList<ITarget> targets, IReadOnlyList<long> limits, int clients, int rounds, TextWriter progress)
{
    private const long PartBytes = 8 * 1048576;
    private const int CompareEvery = 10;

    private static readonly (string Kind, FileSizes Sizes)[] Kinds =
    [
        ("20 MiB", FileSizes.Same(192, 20 * 1048576)),
        ("1 MiB", FileSizes.Same(1600, 1048576)),
        ("64 KiB", FileSizes.Same(4000, 64 * 1024)),
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
        return UploadPeerTable.Section(rows, [.. from peer in targets.Skip(1) from kind in Kinds select (peer.Name, kind.Kind, UploadPeerRow.Ratio(rows, kind.Kind, targets[0].Name, peer.Name))], clients);
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
        var plan = new UploadPlan(server.Http.BaseAddress!, target.Key, sizes, [(target as FlaskTarget)?.Way ?? UploadWay.Parts], clients) { WarmUpFiles = sizes.Count, PartBytes = PartBytes, CompareEvery = CompareEvery, TimeoutSeconds = 300 };
        var load = await Load.LoadProcess.RunAsync(program, plan, cancellationToken);
        return new UploadPeerRow(kind, round, target.Name, limit, load, server.OomKills, server.Peaks);
    }
}
