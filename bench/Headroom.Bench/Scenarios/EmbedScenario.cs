using Headroom.Bench.Cgroups;
using Headroom.Bench.Reports;
using Headroom.Bench.Sentences;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Texts are embedded over HTTP by a server that has search alone, each in a request of its own.</summary>
/// <param name="target">The server; it gets the service.</param>
/// <param name="clients">How many at once, each with one request at a time.</param>
/// <param name="seconds">How long they send, in seconds, after as many requests as warm it up.</param>
internal sealed class EmbedScenario(Subject subject, HeadroomTarget target, int clients, int seconds)
{
    private const int Seed = 1;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Under one limit.</summary>
    public async Task<EmbedRow> MeasureAsync(long limit, CancellationToken cancellationToken)
    {
        // Another target, with a key of its own.
        var told = target.With(("HEADROOM__SERVICES", "search"));
        await using var server = await subject.StartAsync(told, limit, preload: true, cancellationToken);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            var texts = SentenceSource.Make(500, Seed);
            using var embeddings = new EmbeddingServer(server.Http.BaseAddress!, told.Key);
            await embeddings.MeasureAsync(texts, clients, WarmUp, cancellationToken);
            var before = server.ProcessorTime();
            var times = await embeddings.MeasureAsync(texts, clients, TimeSpan.FromSeconds(seconds), cancellationToken);
            var row = new EmbedRow(
                limit, server.OomKills > 0 ? "killed" : "ok", times, (server.ProcessorTime() - before).TotalMilliseconds / times.Texts, server.Peaks);
            await subject.Progress.WriteLineAsync(EmbedRow.Line(row));
            return row;
        }
        catch (Exception gone) when (gone is ServerGoneException or HttpRequestException)
        {
            await subject.Progress.WriteLineAsync($"{gone.Message}\n{server.LastLines}");
            return new EmbedRow(limit, server.OomKills > 0 ? "killed" : "did not serve", Times: null, 0, server.Peaks);
        }
    }
}

/// <summary>One server under one limit.</summary>
/// <param name="Limit">In bytes.</param>
/// <param name="Verdict">«ok», or what was wrong.</param>
/// <param name="ProcessorMilliseconds">What the server took of the processors for a text.</param>
/// <param name="Peaks">Since its start.</param>
internal sealed record EmbedRow(long Limit, string Verdict, EmbeddingTimes? Times, double ProcessorMilliseconds, MemoryPeaks Peaks)
{
    public static string Line(EmbedRow row) =>
        $"embed, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {Figure.Rate(row.Times?.PerSecond ?? 0)} texts/s, "
        + $"{Figure.Hundredths(row.ProcessorMilliseconds)} ms of the processors a text; peak unreclaimable {Figure.Mebibytes(row.Peaks.Unreclaimable)} MiB";
}
