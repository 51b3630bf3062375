using Headroom.Sqlite;

namespace Headroom.Uploads.State;

/// <summary>The tables. Times are milliseconds since 1970, UTC.</summary>
internal static class UploadMigrations
{
    /// <summary>The sum of a guest link's row: of what never changes in it.</summary>
    public const string GuestLinkSum = "row_sum(id, account, hash, max_bytes, max_files, created_at, expires_at)";

    public static readonly Migration[] All =
    [
        new("uploads", 1, """
            CREATE TABLE guest_links (
                key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: an upload must not meet another link
                id TEXT NOT NULL UNIQUE,
                account TEXT NOT NULL,
                hash BLOB NOT NULL UNIQUE,
                max_bytes INTEGER NOT NULL,
                max_files INTEGER NOT NULL,
                used_bytes INTEGER NOT NULL DEFAULT 0,
                used_files INTEGER NOT NULL DEFAULT 0,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL);
            CREATE TABLE uploads (
                key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: it is the cursor of lists
                id TEXT NOT NULL UNIQUE,
                account TEXT NOT NULL,
                guest_key INTEGER REFERENCES guest_links (key) ON DELETE SET NULL,
                kind INTEGER NOT NULL,
                state INTEGER NOT NULL,
                size INTEGER NOT NULL,
                part_size INTEGER NOT NULL,
                wrapped_key BLOB NOT NULL,
                description BLOB NOT NULL,
                tus_metadata BLOB,
                store_token TEXT,
                store_part_bytes INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                completed_at INTEGER,
                fingerprint BLOB,
                manifest_bytes INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX uploads_by_account ON uploads (account, state, key);
            CREATE INDEX uploads_by_state ON uploads (state, key);
            CREATE INDEX uploads_by_guest ON uploads (guest_key) WHERE guest_key IS NOT NULL;
            CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE state = 0;
            CREATE TABLE parts (
                upload_key INTEGER NOT NULL REFERENCES uploads (key) ON DELETE CASCADE,
                number INTEGER NOT NULL,
                length INTEGER NOT NULL,
                salt BLOB NOT NULL,
                store_offset INTEGER NOT NULL,
                store_length INTEGER NOT NULL,
                store_tag TEXT NOT NULL,
                PRIMARY KEY (upload_key, number)) WITHOUT ROWID;
            CREATE TABLE store_identity (id TEXT PRIMARY KEY) WITHOUT ROWID;
            """),
        new("uploads", 2, $"""
            ALTER TABLE uploads ADD COLUMN sum INTEGER;
            UPDATE uploads SET sum = {UploadRows.Sum};
            ALTER TABLE guest_links ADD COLUMN sum INTEGER;
            UPDATE guest_links SET sum = {GuestLinkSum};
            """),
    ];
}
