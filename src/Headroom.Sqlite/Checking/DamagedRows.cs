using System.Collections.Concurrent;

namespace Headroom.Sqlite.Checking;

/// <summary>Counts how often rows were met that are not what was written. Thread-safe.</summary>
public sealed class DamagedRows
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How often, by table; a table where none was met is missing.</summary>
    public IReadOnlyCollection<KeyValuePair<string, long>> Counts => [.. _counts];

    /// <summary>The ids of the damaged ones among some rows; null when there are none.</summary>
    public static IReadOnlyList<string>? Of<T>(IReadOnlyList<T> rows)
        where T : ICheckedRow =>
        rows.Any(r => !r.IsWhole) ? [.. rows.Where(r => !r.IsWhole).Select(r => r.Id)] : null;

    /// <summary>Counts those among some rows.</summary>
    /// <returns>The same rows: lists go on, and name them.</returns>
    public IReadOnlyList<T> Count<T>(string table, IReadOnlyList<T> rows)
        where T : ICheckedRow
    {
        ArgumentNullException.ThrowIfNull(rows);
        Add(table, rows.Count(r => !r.IsWhole));
        return rows;
    }

    /// <summary>Insists that a row, if there is one, is what was written.</summary>
    /// <exception cref="DamagedRowException">It is not.</exception>
    public T? Require<T>(string table, T? row)
        where T : class, ICheckedRow
    {
        if (row is null or { IsWhole: true })
            return row;
        Add(table, 1);
        throw new DamagedRowException(table, row.Id);
    }

    /// <summary>Counts some that were met elsewhere.</summary>
    public void Add(string table, int rows)
    {
        if (rows > 0)
            _counts.AddOrUpdate(table, rows, (_, count) => count + rows);
    }
}
