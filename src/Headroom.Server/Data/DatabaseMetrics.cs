using System.Diagnostics.Metrics;
using Headroom.Sqlite;

namespace Headroom.Server.Data;

/// <summary>The meter «Headroom.Sqlite»: what was found wrong with the database.</summary>
internal sealed class DatabaseMetrics
{
    private static readonly string[] Tables = ["staff", "templates", "attendance", "documents", "uploads", "guest_links", "api_keys"];

    public DatabaseMetrics(IMeterFactory meters, Database database) => meters.Create("Headroom.Sqlite").CreateObservableCounter(
        "headroom.damaged_rows",
        () =>
        {
            var counts = database.Damaged.Counts.ToDictionary(StringComparer.Ordinal);
            // All of them: a metric that appears with its first count has no beginning.
            return Tables.Select(table => new Measurement<long>(counts.GetValueOrDefault(table), new KeyValuePair<string, object?>("table", table)));
        },
        "{row}",
        "How often a row was read that is not what was written.");
}
