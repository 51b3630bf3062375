using Headroom.Sqlite;
using Headroom.Sqlite.Checking;
using Microsoft.Data.Sqlite;

namespace Headroom.Faces.Staff;

/// <summary>Staff, without their templates.</summary>
internal sealed class StaffStore(Database database, TimeProvider time)
{
    /// <summary>The sum of a person's row.</summary>
    public const string Sum = "row_sum(id, employee_id, name, department, site, time_zone, created_at)";

    private const string Table = "staff";
    private const string Columns =
        $"key, id, employee_id, name, department, site, time_zone, (SELECT count(*) FROM templates WHERE staff_key = staff.key), sum IS {Sum}";

    /// <summary>Adds a person.</summary>
    /// <returns>Null when the employee id is taken.</returns>
    public async Task<StaffMember?> AddAsync(StaffRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(
                db => db.QuerySingle(
                    "INSERT INTO staff (id, employee_id, name, department, site, time_zone, created_at, sum) "
                    + "VALUES ($id, $employee, $name, $department, $site, $zone, $now, row_sum($id, $employee, $name, $department, $site, $zone, $now)) "
                    + "RETURNING key, id, employee_id, name, department, site, time_zone, 0, 1",
                    Map,
                    ("$id", NewId()),
                    ("$employee", request.EmployeeId),
                    ("$name", request.Name),
                    ("$department", request.Department),
                    ("$site", request.Site),
                    ("$zone", request.TimeZone),
                    ("$now", Now())),
                cancellationToken);
        }
        catch (SqliteException problem) when (problem.IsUniqueViolation())
        {
            return null;
        }
    }

    /// <summary>Finds a person by public id.</summary>
    /// <exception cref="DamagedRowException">What is stored is not what was written.</exception>
    public async Task<StaffMember?> FindAsync(string id, CancellationToken cancellationToken) => database.Damaged.Require(
        Table,
        await database.ReadAsync(db => db.QuerySingle($"SELECT {Columns} FROM staff WHERE id = $id", Map, ("$id", id)), cancellationToken));

    /// <summary>Finds a person by key.</summary>
    /// <exception cref="DamagedRowException">What is stored is not what was written.</exception>
    public async Task<StaffMember?> FindAsync(long key, CancellationToken cancellationToken) => database.Damaged.Require(
        Table,
        await database.ReadAsync(db => db.QuerySingle($"SELECT {Columns} FROM staff WHERE key = $key", Map, ("$key", key)), cancellationToken));

    /// <summary>A page of people in the order they were added, damaged ones among them.</summary>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<StaffMember>> ListAsync(long after, int limit, CancellationToken cancellationToken) => database.Damaged.Count(
        Table,
        await database.ReadAsync(
            db => db.Query($"SELECT {Columns} FROM staff WHERE key > $after ORDER BY key LIMIT $limit", Map, ("$after", after), ("$limit", limit)),
            cancellationToken));

    /// <summary>Removes a person with all templates; attendance stays, with the name as it was.</summary>
    /// <returns>The removed person's key; null when there was none.</returns>
    public Task<long?> RemoveAsync(string id, CancellationToken cancellationToken) =>
        database.EraseAsync(
            db => db.QuerySingle("DELETE FROM staff WHERE id = $id RETURNING key", r => (long?)r.GetInt64(0), ("$id", id)),
            cancellationToken: cancellationToken);

    private static StaffMember Map(SqliteDataReader row) => row.GetBoolean(8)
        ? new(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3),
            row.GetStringOrNull(4), row.GetStringOrNull(5), row.GetStringOrNull(6), row.GetInt32(7))
        : new(row.GetInt64(0), row.GetTextOrEmpty(1), "", "", null, null, null, 0) { IsWhole = false };

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private string Now() => StoredTime.Text(time.GetUtcNow());
}
