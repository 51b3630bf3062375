using System.Text.Json;
using Headroom.Bench;
using Headroom.Bench.Reports;

namespace Headroom.Vectors.Bench;

/// <summary>Builds and searches an index of each size under its limit, and a peer beside it where one is there.</summary>
/// <param name="cases">How many vectors, and the limit in bytes.</param>
/// <param name="peer">The folder of usearch's program; null to leave it out.</param>
public sealed class IndexScenario(string kind, IReadOnlyList<(int Count, long Limit)> cases, int queries, string? peer, string scratch)
{
    private static readonly string[] Precisions = ["i8", "f16"];

    /// <summary>How many candidates usearch keeps: its default, and what comes nearer to an exact search.</summary>
    private static readonly int[] Expansions = [64, 1024];

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<IndexRow>();
        foreach (var (count, limit) in cases)
        {
            var folder = Directory.CreateDirectory(Path.Join(scratch, $"vectors-{Environment.ProcessId}")).FullName;
            try
            {
                await foreach (var row in MeasureAsync(count, limit, folder, cancellationToken))
                {
                    rows.Add(row);
                    Console.WriteLine(IndexTable.Line(row));
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        return IndexTable.Section(rows, queries);
    }

    private async IAsyncEnumerable<IndexRow> MeasureAsync(int count, long limit, string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var vectors = new SampleVectors(kind);
        var exact = new ExactSearch(vectors, count);
        var questions = Enumerable.Range(0, queries).Select(i => vectors.Make(SampleVectors.FirstQuery + i)).ToList();
        var (truth, median) = exact.Run(questions, Inside.Limit);
        var empty = new IndexRow("headroom", kind, count, limit, 0, 0, null, null, null, null, null, null, median, 0, 0, 0, "");

        var program = Environment.ProcessPath!;
        var index = Path.Join(folder, "index");
        var built = await BuildAsync(empty, [program, "build", index, kind, $"{count}"], cancellationToken);
        yield return await SearchAsync(built, truth, [program, "query", index, kind, $"{queries}"], cancellationToken);
        if (peer is null)
            yield break;
        var (rows, asked, saved) = (Path.Join(folder, "vectors.f32"), Path.Join(folder, "queries.f32"), Path.Join(folder, "usearch"));
        await exact.WriteAsync(rows, cancellationToken);
        await File.WriteAllBytesAsync(asked, [.. questions.SelectMany(question => question).SelectMany(BitConverter.GetBytes)], cancellationToken);
        foreach (var precision in Precisions)
        {
            built = await BuildAsync(empty, ["node", Path.Join(peer, "usearch.mjs"), "build", rows, saved, precision], cancellationToken);
            foreach (var expansion in Expansions)
                yield return await SearchAsync(built with { Index = $"usearch {precision}, expansion {expansion}" }, truth, ["node", Path.Join(peer, "usearch.mjs"), "view", asked, saved, precision, $"{expansion}"], cancellationToken);
        }
    }

    private static async Task<IndexRow> BuildAsync(IndexRow row, string[] command, CancellationToken cancellationToken)
    {
        var built = await LimitedProcess.RunAsync(row.Limit, command, cancellationToken);
        return row with { BuildSeconds = built.Seconds, BuildAnonymous = built.Peaks.Anonymous, OomKills = built.OomKills, Remark = built.Output is null ? $"the build failed{Quoted(built.Complaint)}" : "" };
    }

    private static async Task<IndexRow> SearchAsync(IndexRow row, IReadOnlyList<HashSet<long>> truth, string[] command, CancellationToken cancellationToken)
    {
        if (row.Remark.Length > 0)
            return row;
        var searched = await LimitedProcess.RunAsync(row.Limit, command, cancellationToken);
        row = row with { Anonymous = searched.Peaks.Anonymous, WorkingSet = searched.Peaks.WorkingSet, OomKills = row.OomKills + searched.OomKills };
        if (searched.Output is null)
            return row with { Remark = $"the search failed{Quoted(searched.Complaint)}" };
        var measured = JsonSerializer.Deserialize<Measured>(searched.Output) ?? throw new BenchException("The searching process printed nothing.");
        return row with
        {
            Open = measured.Open,
            First = measured.First,
            Median = measured.Median,
            Slowest = measured.Slowest,
            SingleThreaded = measured.SingleThreaded == 0 ? null : measured.SingleThreaded,
            Recall = measured.Found.Zip(truth, (found, best) => found.Count(best.Contains) / (double)best.Count).Average(),
        };
    }

    private static string Quoted(string complaint) => complaint.Length == 0 ? "" : $": {complaint.AsSpan(0, Math.Min(complaint.Length, 80))}";
}
