using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How idle servers are shown.</summary>
internal static class IdleTable
{
    public static Section Section(IReadOnlyList<IdleRow> rows) => new(
        "idle",
        "MiB. RssAnon and RssFile are the processes' own account, the rest is the cgroup's.",
        ["limit MiB", "server", "state", "RssAnon", "RssFile", "unreclaimable", "of it kernel", "sockets", "working set", "usage", "OOM kills"],
        [.. rows.Select(Texts)],
        [.. rows]);

    public static string Line(IdleRow row) =>
        $"idle {row.Target}, {Figure.Mebibytes(row.Limit)} MiB, {row.State}: RssAnon {Figure.Mebibytes(row.Resident.Anonymous)} MiB, unreclaimable {Figure.Mebibytes(row.Cgroup?.Unreclaimable)} MiB";

    private static string[] Texts(IdleRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Target, row.Cgroup is null ? $"**gone** ({row.State})" : row.State,
        Figure.Mebibytes(row.Resident.Anonymous), Figure.Mebibytes(row.Resident.File),
        Figure.Mebibytes(row.Cgroup?.Unreclaimable), Figure.Mebibytes(row.Cgroup?.Kernel), Figure.Mebibytes(row.Cgroup?.Socket),
        Figure.Mebibytes(row.Cgroup?.WorkingSet), Figure.Mebibytes(row.Cgroup?.Usage), $"{row.OomKills}",
    ];
}
