using Headroom.Bench.Indexes;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How vector indexes are shown.</summary>
internal static class VectorsTable
{
    private static readonly string[] Columns =
    [
        "index", "vectors", "count", "limit MiB", "build s", "most anonymous while built MiB", "opened cold ms", "first search ms", "p50 ms", "p99", "p50 on one core", "exact p50", "of exact", "recall@10", "most anonymous MiB", "working set", "OOM kills", "problem",
    ];

    public static Section Section(IReadOnlyList<VectorsRow> rows, int queries) => new(
        "vectors",
        $"""
         Top {IndexWork.Limit} of {SampleVectors.Dimensions}-dimensional vectors of length one, seed 7, {queries} queries like the vectors and not among them. «clustered»: 1,000 random centres plus noise as long as they are. «random»: any direction. Built and searched in processes of their own inside the limit, each from a cold page cache; memory figures are peaks of the cgroup, runtime included. «first search» is the first after opening cold; p50 and p99 are those of the best of five rounds, on all cores where «on one core» does not say otherwise (usearch searches on one).
         Each index is searched by three processes, each right after an exact search (all vectors in single precision, in memory, no limit, all cores); the one with the median ratio of the two is shown. Compare ratios when the machine was busy.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(VectorsRow row) =>
        $"vectors {row.Target}, {row.Count} {row.Vectors}, {Figure.Mebibytes(row.Limit)} MiB: "
        + (row.Times is { } times ? $"p50 {Figure.Hundredths(times.Median)} ms ({Figure.Share(row.OfExact)} of exact), first {Figure.Fine(times.First)} ms, recall {Recall(row)}, most anonymous {Figure.Mebibytes(row.Peaks.Anonymous)} MiB" : row.Problem);

    private static string[] Texts(VectorsRow row) =>
    [
        row.Target, row.Vectors, row.Count.ToString("N0", CultureInfo.InvariantCulture), Figure.Mebibytes(row.Limit), Figure.Rate(row.BuildSeconds), Figure.Mebibytes(row.BuildAnonymous),
        .. row.Times is not { } times
            ? Enumerable.Repeat(Figure.Absent, 10)
            :
            [
                Figure.Milliseconds(times.Open), Figure.Fine(times.First), Figure.Hundredths(times.Median), Figure.Hundredths(times.Slowest), Figure.Hundredths(times.SingleThreaded),
                Figure.Fine(row.ExactMedian), Figure.Share(row.OfExact), Recall(row), Figure.Mebibytes(row.Peaks.Anonymous), Figure.Mebibytes(row.Peaks.WorkingSet),
            ],
        $"{row.OomKills}", row.Problem,
    ];

    private static string Recall(VectorsRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Recall:0.0000}");
}
