using System.Globalization;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Faces.Staff;

/// <summary>Staff and their templates. A template is a unit vector; the photo it came from is not kept.</summary>
internal sealed class StaffStore(Database database, TimeProvider time)
{
    /// <summary>How many photos a person may have.</summary>
    public const int MaxPhotos = 5;

    private const int UniqueViolation = 2067;
    private const string Columns = "key, id, employee_id, name, department, site, time_zone, (SELECT count(*) FROM templates WHERE staff_key = staff.key)";

    /// <summary>The tables.</summary>
    public static readonly Migration[] Migrations =
    [
        new("faces", 1, """
            CREATE TABLE staff (
                key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: what still knows a removed person must not meet another one
                id TEXT NOT NULL UNIQUE,
                employee_id TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                department TEXT,
                site TEXT,
                time_zone TEXT,
                created_at TEXT NOT NULL);
            CREATE TABLE templates (
                key INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                staff_key INTEGER NOT NULL REFERENCES staff (key) ON DELETE CASCADE,
                model TEXT NOT NULL,
                vector BLOB NOT NULL,
                created_at TEXT NOT NULL);
            CREATE INDEX templates_by_staff ON templates (staff_key);
            CREATE TABLE attendance (
                key INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                staff_key INTEGER REFERENCES staff (key) ON DELETE SET NULL,
                employee_id TEXT NOT NULL,
                name TEXT NOT NULL,
                direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
                at TEXT NOT NULL,
                similarity REAL NOT NULL);
            CREATE INDEX attendance_by_staff ON attendance (staff_key, key);
            """),
    ];

    /// <summary>Adds a person.</summary>
    /// <returns>Null when the employee id is taken.</returns>
    public async Task<StaffMember?> AddAsync(StaffRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(
                db => db.QuerySingle(
                    $"INSERT INTO staff (id, employee_id, name, department, site, time_zone, created_at) VALUES ($id, $employee, $name, $department, $site, $zone, $now) RETURNING key, id, employee_id, name, department, site, time_zone, 0",
                    Map, ("$id", NewId()), ("$employee", request.EmployeeId), ("$name", request.Name), ("$department", request.Department), ("$site", request.Site), ("$zone", request.TimeZone), ("$now", Now())),
                cancellationToken);
        }
        catch (SqliteException problem) when (problem.SqliteExtendedErrorCode == UniqueViolation)
        {
            return null;
        }
    }

    /// <summary>Finds a person by public id.</summary>
    public Task<StaffMember?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(db => db.QuerySingle($"SELECT {Columns} FROM staff WHERE id = $id", Map, ("$id", id)), cancellationToken);

    /// <summary>Finds a person by key.</summary>
    public Task<StaffMember?> FindAsync(long key, CancellationToken cancellationToken) =>
        database.ReadAsync(db => db.QuerySingle($"SELECT {Columns} FROM staff WHERE key = $key", Map, ("$key", key)), cancellationToken);

    /// <summary>A page of people in the order they were added.</summary>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<StaffMember>> ListAsync(long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(db => db.Query($"SELECT {Columns} FROM staff WHERE key > $after ORDER BY key LIMIT $limit", Map, ("$after", after), ("$limit", limit)), cancellationToken);

    /// <summary>Removes a person with all templates; attendance stays, with the name as it was.</summary>
    /// <returns>The removed person's key; null when there was none.</returns>
    public Task<long?> RemoveAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.QuerySingle("DELETE FROM staff WHERE id = $id RETURNING key", r => (long?)r.GetInt64(0), ("$id", id)), cancellationToken);

    /// <summary>Adds a template.</summary>
    /// <returns>Its id and how many the person has now; null when the person has <see cref="MaxPhotos"/> already or is gone.</returns>
    public Task<(string Id, int Photos)?> AddTemplateAsync(long staffKey, string model, ReadOnlyMemory<byte> vector, CancellationToken cancellationToken) =>
        database.WriteAsync<(string, int)?>(
            db =>
            {
                var photos = db.QuerySingle("SELECT count(*) FROM templates WHERE staff_key = $staff", r => r.GetInt32(0), ("$staff", staffKey));
                if (photos >= MaxPhotos || db.QuerySingle("SELECT 1 FROM staff WHERE key = $staff", r => r.GetInt32(0), ("$staff", staffKey)) == 0)
                    return null;
                var id = NewId();
                db.Execute("INSERT INTO templates (id, staff_key, model, vector, created_at) VALUES ($id, $staff, $model, $vector, $now)", ("$id", id), ("$staff", staffKey), ("$model", model), ("$vector", vector.ToArray()), ("$now", Now()));
                return (id, photos + 1);
            },
            cancellationToken);

    /// <summary>Removes a template.</summary>
    /// <returns>Its key; null when the person has no such photo.</returns>
    public Task<long?> RemoveTemplateAsync(long staffKey, string id, CancellationToken cancellationToken) =>
        database.WriteAsync(db => db.QuerySingle("DELETE FROM templates WHERE id = $id AND staff_key = $staff RETURNING key", r => (long?)r.GetInt64(0), ("$id", id), ("$staff", staffKey)), cancellationToken);

    /// <summary>A page of templates in the order they were enrolled.</summary>
    /// <param name="model">Whose vectors: those of different models can't be compared.</param>
    /// <param name="dimensions">How many components they have; others were made before the model was exchanged.</param>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<FaceTemplate>> ReadTemplatesAsync(string model, int dimensions, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            db => db.Query(
                "SELECT key, staff_key, vector FROM templates WHERE key > $after AND model = $model AND length(vector) = $bytes ORDER BY key LIMIT $limit",
                r => new FaceTemplate(r.GetInt64(0), r.GetInt64(1), r.GetFieldValue<byte[]>(2)), ("$after", after), ("$model", model), ("$bytes", dimensions * sizeof(float)), ("$limit", limit)),
            cancellationToken);

    private static StaffMember Map(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetStringOrNull(4), row.GetStringOrNull(5), row.GetStringOrNull(6), row.GetInt32(7));

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A stored template: single-precision components of a unit vector, little-endian.</summary>
internal readonly record struct FaceTemplate(long Key, long StaffKey, byte[] Vector);
