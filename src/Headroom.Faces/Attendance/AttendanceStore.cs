using System.Globalization;
using Headroom.Faces.Staff;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Faces.Attendance;

/// <summary>Who came and went when.</summary>
internal sealed class AttendanceStore(Database database, TimeProvider time)
{
    /// <summary>Records an event; also of somebody who was removed a moment ago, then without a link to the person.</summary>
    /// <param name="member">Who.</param>
    /// <param name="direction"><c>in</c>, <c>out</c>, or <c>auto</c>: the opposite of the last event of their own today, <c>in</c> as the first.</param>
    /// <param name="similarity">The cosine that was accepted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AttendanceEvent> AddAsync(StaffMember member, string direction, float similarity, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        return database.WriteAsync(
            db =>
            {
                var resolved = direction == "auto" ? Next(db, member, now) : direction;
                db.Execute(
                    "INSERT INTO attendance (id, staff_key, employee_id, name, direction, at, similarity, sum) VALUES ($id, (SELECT key "
                    + "FROM staff WHERE key = $staff), $employee, $name, $direction, $at, $similarity, "
                    + "row_sum($id, $employee, $name, $direction, $at, $similarity))",
                    ("$id", id), ("$staff", member.Key), ("$employee", member.EmployeeId), ("$name", member.Name),
                    ("$direction", resolved), ("$at", StoredTime.Text(now)), ("$similarity", similarity));
                return new AttendanceEvent(0, id, member.Id, member.EmployeeId, member.Name, resolved, now, similarity);
            },
            cancellationToken);
    }

    /// <summary>A page of events in the order they happened, damaged ones among them.</summary>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="staffId">Only this person's; null for everybody's.</param>
    /// <param name="from">From this time on; null for all.</param>
    /// <param name="to">Before this time; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<AttendanceEvent>> ListAsync(
        long after, int limit, string? staffId, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) => database.Damaged.Count(
        "attendance",
        await database.ReadAsync(
            db => db.Query(
                """
                SELECT a.key, a.id, s.id, a.employee_id, a.name, a.direction, a.at, a.similarity,
                    a.sum IS row_sum(a.id, a.employee_id, a.name, a.direction, a.at, a.similarity)
                FROM attendance a LEFT JOIN staff s ON s.key = a.staff_key
                WHERE a.key > $after AND ($staff IS NULL OR s.id = $staff) AND ($from IS NULL OR a.at >= $from) AND ($to IS NULL OR a.at < $to)
                ORDER BY a.key LIMIT $limit
                """,
                Map, ("$after", after), ("$limit", limit), ("$staff", staffId), ("$from", Text(from)), ("$to", Text(to))),
            cancellationToken));

    private static string Next(SqliteConnection db, StaffMember member, DateTimeOffset now)
    {
        var last = db.QuerySingle(
            $"SELECT direction || at FROM attendance WHERE staff_key = $staff AND sum IS {StaffMigrations.AttendanceSum} ORDER BY key DESC LIMIT 1",
            r => r.GetString(0),
            ("$staff", member.Key));
        if (last is null || !last.StartsWith("in", StringComparison.Ordinal))
            return "in";
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(member.TimeZone ?? "UTC", out var found) ? found : TimeZoneInfo.Utc;
        var lastDay = TimeZoneInfo.ConvertTime(DateTimeOffset.Parse(last.AsSpan(2), CultureInfo.InvariantCulture), zone).Date;
        return lastDay == TimeZoneInfo.ConvertTime(now, zone).Date ? "out" : "in";
    }

    private static AttendanceEvent Map(SqliteDataReader row) => row.GetBoolean(8)
        ? new(
            row.GetInt64(0), row.GetString(1), row.GetStringOrNull(2), row.GetString(3), row.GetString(4), row.GetString(5),
            DateTimeOffset.Parse(row.GetString(6), CultureInfo.InvariantCulture), row.GetDouble(7))
        : new(row.GetInt64(0), row.GetTextOrEmpty(1), null, "", "", "", default, 0) { IsWhole = false };

    private static string? Text(DateTimeOffset? at) => at is { } known ? StoredTime.Text(known) : null;
}
