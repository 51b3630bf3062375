using Headroom.Sqlite;

namespace Headroom.Faces.Staff;

/// <summary>The service's tables.</summary>
internal static class StaffMigrations
{
    /// <summary>What of an attendance row never changes; whose it is becomes null when the person is removed.</summary>
    public const string AttendanceSum = "row_sum(id, employee_id, name, direction, at, similarity)";

    /// <summary>The tables.</summary>
    public static readonly Migration[] All =
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
        new("faces", 2, """
            -- The master key that the vector is encrypted under; null while it is not.
            ALTER TABLE templates ADD COLUMN master_key INTEGER;
            CREATE INDEX templates_by_master_key ON templates (master_key);
            """),
        new("faces", 3, $"""
            ALTER TABLE staff ADD COLUMN sum INTEGER;
            UPDATE staff SET sum = {StaffStore.Sum};
            ALTER TABLE attendance ADD COLUMN sum INTEGER;
            UPDATE attendance SET sum = {AttendanceSum};
            """),
    ];
}
