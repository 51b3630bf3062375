using Headroom.Blobs;
using Headroom.Sqlite;
using Headroom.Uploads.Format;
using Microsoft.Data.Sqlite;

namespace Headroom.Uploads.State;

/// <summary>Reads and writes rows of the tables.</summary>
internal static class UploadRows
{
    /// <summary>The sum of an upload's row: of what never changes in it. What the file's key encrypts is authenticated besides.</summary>
    public const string Sum = "row_sum(id, account, kind, size, part_size, description, tus_metadata, store_token, store_part_bytes, created_at)";

    public const string Columns =
        "key, id, account, guest_key, kind, state, size, part_size, wrapped_key, description, tus_metadata, store_token, "
        + "store_part_bytes, created_at, expires_at, completed_at, fingerprint, manifest_bytes, "
        + $"sum IS {Sum}";
    public const string PartColumns = "number, length, salt, store_offset, store_length, store_tag";

    /// <summary>An upload of a row; of a damaged one key and id alone.</summary>
    public static Upload Read(SqliteDataReader row) => row.GetBoolean(18) ? ReadWhole(row) : new()
    {
        Key = row.GetInt64(0),
        Id = Guid.TryParseExact(row.GetTextOrEmpty(1), "N", out var id) ? id : Guid.Empty,
        Account = "",
        Kind = default,
        Size = 0,
        PartSize = 1,
        WrappedKey = [],
        Description = [],
        CreatedAt = default,
        ExpiresAt = default,
        IsWhole = false,
    };

    public static StoredPart ReadPart(SqliteDataReader row) => new(
        new PartAttempt(row.GetInt32(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)),
        new BlobPart(row.GetInt64(3), row.GetInt64(4), row.GetString(5)));

    /// <summary>Adds an upload without a look at any limit.</summary>
    public static void Insert(SqliteConnection db, Upload upload) => db.Execute(
        """
        INSERT INTO uploads (
            id, account, guest_key, kind, state, size, part_size, wrapped_key, description, tus_metadata, store_token, store_part_bytes, created_at,
            expires_at, sum)
        VALUES ($id, $account, $guest, $kind, $state, $size, $partSize, $wrapped, $description, $metadata, $token, $storePart, $created, $expires,
            row_sum($id, $account, $kind, $size, $partSize, $description, $metadata, $token, $storePart, $created))
        """,
        ("$id", upload.ObjectKey), ("$account", upload.Account), ("$guest", upload.GuestKey), ("$kind", (int)upload.Kind),
        ("$state", (int)upload.State), ("$size", upload.Size), ("$partSize", upload.PartSize), ("$wrapped", upload.WrappedKey),
        ("$description", upload.Description), ("$metadata", upload.TusMetadata), ("$token", upload.StoreToken),
        ("$storePart", upload.StorePartBytes), ("$created", StoredTime.Milliseconds(upload.CreatedAt)),
        ("$expires", StoredTime.Milliseconds(upload.ExpiresAt)));

    /// <summary>Records an attempt in place of the one before.</summary>
    public static void InsertPart(SqliteConnection db, long uploadKey, StoredPart part) => db.Execute(
        "INSERT OR REPLACE INTO parts (upload_key, number, length, salt, store_offset, store_length, store_tag) "
        + "VALUES ($upload, $number, $length, $salt, $offset, $stored, $tag)",
        ("$upload", uploadKey),
        ("$number", part.Attempt.Number),
        ("$length", part.Attempt.Length),
        ("$salt", part.Attempt.Salt.ToArray()),
        ("$offset", part.Blob.Offset),
        ("$stored", part.Blob.Length),
        ("$tag", part.Blob.Tag));

    /// <summary>The number of an upload's state; −1 if there is none.</summary>
    public static int StateOf(SqliteConnection db, long uploadKey) =>
        db.QuerySingle("SELECT state + 1 FROM uploads WHERE key = $key", r => r.GetInt32(0), ("$key", uploadKey)) - 1;

    private static Upload ReadWhole(SqliteDataReader row) => new()
    {
        Key = row.GetInt64(0),
        Id = Guid.ParseExact(row.GetString(1), "N"),
        Account = row.GetString(2),
        GuestKey = row.IsDBNull(3) ? null : row.GetInt64(3),
        Kind = (UploadKind)row.GetInt32(4),
        State = (UploadState)row.GetInt32(5),
        Size = row.GetInt64(6),
        PartSize = row.GetInt64(7),
        WrappedKey = row.GetFieldValue<byte[]>(8),
        Description = row.GetFieldValue<byte[]>(9),
        TusMetadata = row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10),
        StoreToken = row.GetStringOrNull(11),
        StorePartBytes = row.GetInt64(12),
        CreatedAt = StoredTime.Of(row.GetInt64(13)),
        ExpiresAt = StoredTime.Of(row.GetInt64(14)),
        CompletedAt = row.IsDBNull(15) ? null : StoredTime.Of(row.GetInt64(15)),
        Fingerprint = row.IsDBNull(16) ? null : row.GetFieldValue<byte[]>(16),
        ManifestBytes = row.GetInt32(17),
    };
}
