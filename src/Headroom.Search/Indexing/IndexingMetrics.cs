using System.Diagnostics.Metrics;
using Headroom.Search.Documents;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Indexing;

/// <summary>The meter «Headroom.Search»: how many documents there are and how long they wait. Read when somebody asks: the database counts along.</summary>
internal sealed class IndexingMetrics
{
    public IndexingMetrics(IMeterFactory meters, DocumentStore store, TimeProvider time)
    {
        var meter = meters.Create("Headroom.Search");
        meter.CreateObservableGauge(
            "headroom.search.documents",
            () => Read(store) is { } counts
                ? [Of(counts.Pending, "pending"), Of(counts.Indexed, "indexed"), Of(counts.Failed, "failed")]
                : Array.Empty<Measurement<long>>(),
            "{document}",
            "Documents by how far they are: pending ones are found by words only, failed ones wait for somebody to try them again.");
        meter.CreateObservableGauge(
            "headroom.search.oldest_pending",
            () => Read(store) is { } counts ? [new(counts.PendingFor(time.GetUtcNow()).TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s",
            "How long the document waits that waits longest to be found by meaning.");
    }

    private static Measurement<long> Of(long count, string state) => new(count, new KeyValuePair<string, object?>("state", state));

    /// <returns>Null when the database can't tell now: no number is better than a wrong one.</returns>
    private static DocumentCounts? Read(DocumentStore store)
    {
        try
        {
            return store.CountAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception problem) when (problem is SqliteException or DatabaseException or ObjectDisposedException)
        {
            return null;
        }
    }
}
