using Headroom.Bench.Cgroups;
using Headroom.Bench.Programs;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>The same files to this server and to a usual handler as it is and tuned, all on disk with fsync, in turns that alternate.</summary>
/// <param name="bench">What runs the client.</param>
/// <param name="targets">The servers; the others are compared with the first one.</param>
/// <param name="limits">In bytes.</param>
/// <param name="clients">How many files at once.</param>
/// <param name="rounds">How often each server gets each kind of files.</param>
internal sealed class UploadPeerScenario(
    Repository repository, BuiltProgram bench, IReadOnlyList<ITarget> targets, IReadOnlyList<long> limits, int clients, int rounds, TextWriter progress)
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
        return UploadPeerTable.Section(
            rows,
            [
                .. from peer in targets.Skip(1)
                   from kind in Kinds
                   select (peer.Name, kind.Kind, UploadPeerRow.Ratio(rows, kind.Kind, targets[0].Name, peer.Name)),
            ],
            clients);
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
        var plan = new UploadPlan(server.Http.BaseAddress!, target.Key, sizes, [(target as FlaskTarget)?.Way ?? UploadWay.Parts], clients)
        {
            WarmUpFiles = sizes.Count,
            PartBytes = PartBytes,
            CompareEvery = CompareEvery,
            TimeoutSeconds = 300,
        };
        var load = await UploadProcess.RunAsync(bench, plan, cancellationToken);
        return new UploadPeerRow(kind, round, target.Name, limit, load, server.OomKills, server.Peaks);
    }
}

/// <summary>The same files to one of two servers, once.</summary>
/// <param name="Round">From 1; within one, both servers took their turn.</param>
/// <param name="Load">Null when the server did not start.</param>
internal sealed record UploadPeerRow(string Kind, int Round, string Target, long Limit, UploadReport? Load, long OomKills, MemoryPeaks Peaks)
{
    public string Verdict => Words.Verdict(Problems());

    /// <summary>How many times as fast one server was as the other: the median over the rounds in which both took all files; null if there is none.</summary>
    public static double? Ratio(IEnumerable<UploadPeerRow> rows, string kind, string one, string other)
    {
        var ratios = rows.Where(row => row.Kind == kind && row.Verdict == "ok").GroupBy(row => (row.Limit, row.Round))
            .Where(round => round.Any(row => row.Target == one) && round.Any(row => row.Target == other))
            .Select(round => Rate(round, one) / Rate(round, other)).Order().ToList();
        return ratios.Count == 0 ? null : ratios[ratios.Count / 2];
    }

    private static double Rate(IEnumerable<UploadPeerRow> round, string target) => round.First(row => row.Target == target).Load!.FilesPerSecond;

    private IEnumerable<string> Problems()
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        if (Load is null)
            yield return "did not start";
        else if (Load.Completed < Load.Files)
            yield return $"{Load.Files - Load.Completed} not completed";
        if (Load?.Different > 0)
            yield return $"{Load.Different} different";
    }
}

/// <summary>How two servers that take the same files are shown.</summary>
internal static class UploadPeerTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "files", "round", "server", "verdict", "complete", "MiB/s", "files/s", "file p50 s", "max s", "sent again", "OOM kills",
        "peak unreclaimable MiB", "of it anonymous", "dirty",
    ];

    public static Section Section(IReadOnlyList<UploadPeerRow> rows, IReadOnlyList<(string Peer, string Kind, double? Ratio)> ratios, int clients) => new(
        "uploads-peer",
        $"""
         The same files by the same client, {clients} at once, part by part (8 MiB at most), to this server and to the handler of bench/peers/flask, in turns
         that alternate: «usual» as tutorials write it, parts as files of forms to four processes of gunicorn;
         «tuned» without forms and with threads. Each server fresh, on the same disk, warmed up with as many files by the same client.
         All sync each part and its folder before they answer. Every tenth file is downloaded and compared afterwards.
         Files a second, median of the rounds.
         {string.Join(" ", ratios.GroupBy(of => of.Peer).Select(of => $"headroom / {of.Key}: {string.Join(", ", of.Select(Ratio))}."))}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    private static string Ratio((string Peer, string Kind, double? Ratio) of) =>
        $"{of.Kind} {(of.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}") : Figure.Absent)} ×";

    public static string Line(UploadPeerRow row) => string.Create(CultureInfo.InvariantCulture,
        $"uploads-peer {row.Kind}, round {row.Round}, {row.Target}: {row.Verdict}; {row.Load?.BytesPerSecond / 1048576:0.0} MiB/s, "
            + $"{row.Load?.FilesPerSecond:0.0} files/s; peak unreclaimable {Figure.Mebibytes(row.Peaks.Unreclaimable)} MiB");

    private static string[] Texts(UploadPeerRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Kind, $"{row.Round}", row.Target, Figure.Verdict(row.Verdict),
        .. row.Load is not { } load
            ? Enumerable.Repeat(Figure.Absent, 6)
            : [
                $"{load.Completed}/{load.Files}", Figure.Rate(load.BytesPerSecond / 1048576), Figure.Rate(load.FilesPerSecond), Figure.Fine(load.P50),
                Figure.Fine(load.Max), load.Retries.Count == 0 ? "0" : Words.Counts(load.Retries),
            ],
        $"{row.OomKills}", Figure.Mebibytes(row.Peaks.Unreclaimable), Figure.Mebibytes(row.Peaks.AtPeak.Anonymous),
        Figure.Mebibytes(row.Peaks.AtPeak.Dirty + row.Peaks.AtPeak.Writeback),
    ];
}
