using Headroom.Bench.Reports;

namespace Headroom.Vectors.Bench;

/// <summary>How indexes are shown.</summary>
internal static class IndexTable
{
    private const string Absent = "–";

    public static Section Section(IReadOnlyList<IndexRow> rows, int queries) => new(
        "vectors",
        $"Top {Inside.Limit} of {SampleVectors.Dimensions}-dimensional vectors of length one, seed 7, {queries} queries like the vectors and not among them. «clustered»: 1,000 random centres plus noise as long as they are. «random»: any direction. Built and searched in processes of their own inside the limit, each from a cold page cache; anonymous memory and working set are peaks of the searching process's cgroup, runtime included. «first» is the first search after opening cold. «p50» and «p99» are those of the best of five rounds. «exact» is a scan of all vectors in single precision, in memory outside the limit, on all processors: compare with it when the machine is busy.",
        ["index", "vectors", "count", "limit MiB", "build s", "build anon MiB", "open cold ms", "first ms", "p50 ms", "p99 ms", "p50 1 thread", "exact p50 ms", "recall@10", "anon MiB", "working set MiB", "OOM kills", "remark"],
        [.. rows.Select(Cells)],
        [.. rows]);

    public static string Line(IndexRow row) => string.Join(" | ", Cells(row));

    private static string[] Cells(IndexRow row) =>
    [
        row.Index, row.Vectors, row.Count.ToString("N0", CultureInfo.InvariantCulture), Mebibytes(row.Limit), Number(row.BuildSeconds, "0.0"), Mebibytes(row.BuildAnonymous),
        Number(row.Open, "0"), Number(row.First, "0.0"), Number(row.Median, "0.00"), Number(row.Slowest, "0.00"), Number(row.SingleThreaded, "0.00"), Number(row.ExactMedian, "0.0"),
        Number(row.Recall, "0.0000"), Mebibytes(row.Anonymous), Mebibytes(row.WorkingSet), $"{row.OomKills}", row.Remark,
    ];

    private static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : Absent;

    private static string Mebibytes(long bytes) => Number(bytes / 1048576.0, "0.0");
}
