namespace Headroom.Sqlite.Checking;

/// <summary>A row is not what was written: the disk or the memory changed it. Others are not concerned.</summary>
/// <param name="table">The table.</param>
/// <param name="id">The row's public id, as it was read.</param>
public sealed class DamagedRowException(string table, string id)
    : Exception($"The row '{id}' of the table '{table}' is not what was written. Look at the disk; restore it from a backup, or delete it.")
{
    /// <summary>The table.</summary>
    public string Table => table;

    /// <summary>The row's public id, as it was read.</summary>
    public string Id => id;
}
