using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Reports;

/// <summary>How two servers that take the same files are shown.</summary>
internal static class UploadPeerTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "files", "round", "server", "verdict", "complete", "MiB/s", "files/s", "file p50 s", "max s", "sent again", "OOM kills", "peak unreclaimable MiB", "of it anonymous", "dirty",
    ];

    public static Section Section(IReadOnlyList<UploadPeerRow> rows, IReadOnlyList<(string Peer, string Kind, double? Ratio)> ratios, int clients) => new(
        "uploads-peer",
        $"""
         The same files by the same client, {clients} at once, part by part (8 MiB at most), to this server and to the handler of bench/peers/flask, in turns that alternate: «usual» as tutorials write it, parts as files of forms to four processes of gunicorn; «tuned» without forms and with threads. Each server fresh, on the same disk, warmed up with as many files by the same client. All sync each part and its folder before they answer. Every tenth file is downloaded and compared afterwards.
         Files a second, median of the rounds. {string.Join(" ", ratios.GroupBy(of => of.Peer).Select(of => $"headroom / {of.Key}: {string.Join(", ", of.Select(Ratio))}."))}
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    private static string Ratio((string Peer, string Kind, double? Ratio) of) =>
        $"{of.Kind} {(of.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}") : Figure.Absent)} ×";

    public static string Line(UploadPeerRow row) => string.Create(CultureInfo.InvariantCulture,
        $"uploads-peer {row.Kind}, round {row.Round}, {row.Target}: {row.Verdict}; {row.Load?.BytesPerSecond / 1048576:0.0} MiB/s, {row.Load?.FilesPerSecond:0.0} files/s; peak unreclaimable {Figure.Mebibytes(row.Peaks.Unreclaimable)} MiB");

    private static string[] Texts(UploadPeerRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Kind, $"{row.Round}", row.Target, Figure.Verdict(row.Verdict),
        .. row.Load is not { } load
            ? Enumerable.Repeat(Figure.Absent, 6)
            : [$"{load.Completed}/{load.Files}", Figure.Rate(load.BytesPerSecond / 1048576), Figure.Rate(load.FilesPerSecond), Figure.Fine(load.P50), Figure.Fine(load.Max), load.Retries.Count == 0 ? "0" : Words.Counts(load.Retries)],
        $"{row.OomKills}", Figure.Mebibytes(row.Peaks.Unreclaimable), Figure.Mebibytes(row.Peaks.AtPeak.Anonymous), Figure.Mebibytes(row.Peaks.AtPeak.Dirty + row.Peaks.AtPeak.Writeback),
    ];
}
