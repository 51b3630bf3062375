using Headroom.Sqlite;
using Headroom.Sqlite.Checking;
using Microsoft.Data.Sqlite;

namespace Headroom.Uploads.State;

/// <summary>Which uploads and files there are. Every change is on the disk when its method returns.</summary>
internal sealed class UploadStore(Database database, TimeProvider time)
{
    /// <summary>How many uploads of an account may be unfinished: what nobody ever completes stays bounded.</summary>
    public const int MaxOpen = 10_000;

    /// <summary>How many of these may be guests', all links together: the others are kept for keys.</summary>
    public const int MaxOpenOfGuests = MaxOpen / 2;

    /// <summary>How many of these may be of one link: who has one does not shut the others out.</summary>
    public const int MaxOpenOfLink = 100;

    private const string Table = "uploads";

    /// <summary>Adds an upload, if account and guest link have room for it. What is refused uses nothing up.</summary>
    public Task<Creation> CreateAsync(Upload upload, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                var refusal = FindRefusal(db, upload);
                if (refusal != Creation.Done)
                    return refusal;
                if (upload.GuestKey is { } guest && !TryUseLink(db, guest, upload.Size))
                    return Creation.LinkUsedUp;
                UploadRows.Insert(db, upload);
                return Creation.Done;
            },
            cancellationToken);

    /// <summary>Finds an upload or file, whosever it is.</summary>
    /// <exception cref="DamagedRowException">What is stored is not what was written.</exception>
    public async Task<Upload?> FindAsync(Guid id, CancellationToken cancellationToken) => database.Damaged.Require(
        Table,
        await database.ReadAsync(
            db => db.QuerySingle($"SELECT {UploadRows.Columns} FROM uploads WHERE id = $id AND state <> 3", UploadRows.Read, ("$id", id.ToString("N"))),
            cancellationToken));

    /// <summary>Finds an upload or file, hidden, damaged or not: for who cleans up.</summary>
    public Task<Upload?> FindAnyAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            db => db.QuerySingle($"SELECT {UploadRows.Columns} FROM uploads WHERE id = $id", UploadRows.Read, ("$id", id.ToString("N"))), cancellationToken);

    /// <summary>A page of files in the order in which they were begun, damaged ones among them.</summary>
    /// <param name="account">Whose; null for everybody's.</param>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Upload>> ListFilesAsync(
        string? account, long after, int limit, CancellationToken cancellationToken) => database.Damaged.Count(
        Table,
        await database.ReadAsync(
            db => account is null
                ? db.Query(
                    $"SELECT {UploadRows.Columns} FROM uploads WHERE state = 2 AND key > $after ORDER BY key LIMIT $limit",
                    UploadRows.Read,
                    ("$after", after),
                    ("$limit", limit))
                : db.Query(
                    $"SELECT {UploadRows.Columns} FROM uploads WHERE account = $account AND state = 2 AND key > $after ORDER BY key LIMIT $limit",
                    UploadRows.Read,
                    ("$account", account),
                    ("$after", after),
                    ("$limit", limit)),
            cancellationToken));

    /// <summary>A few uploads of one state, in order, without damaged ones: what a restart goes on with.</summary>
    public Task<IReadOnlyList<Upload>> InStateAsync(UploadState state, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            db => db.Query(
                $"SELECT {UploadRows.Columns} FROM uploads WHERE state = $state AND key > $after AND sum IS {UploadRows.Sum} ORDER BY key LIMIT $limit",
                UploadRows.Read,
                ("$state", (int)state),
                ("$after", after),
                ("$limit", limit)),
            cancellationToken);

    /// <summary>A few unfinished uploads that nobody sent anything to for too long.</summary>
    public Task<IReadOnlyList<Upload>> ExpiredAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            db => db.Query(
                $"SELECT {UploadRows.Columns} FROM uploads WHERE state = 0 AND expires_at <= $now AND sum IS {UploadRows.Sum} ORDER BY expires_at LIMIT $limit",
                UploadRows.Read,
                ("$now", Now()),
                ("$limit", limit)),
            cancellationToken);

    /// <summary>Makes a file of an upload whose parts were put together; its parts are in the manifest from now on.</summary>
    /// <returns>When; null when the upload was deleted meanwhile.</returns>
    public Task<DateTimeOffset?> FinishAsync(long key, byte[] fingerprint, int manifestBytes, CancellationToken cancellationToken) =>
        database.WriteAsync<DateTimeOffset?>(
            db =>
            {
                var now = Now();
                var changed = db.Execute(
                    "UPDATE uploads SET state = 2, completed_at = $now, fingerprint = $fingerprint, manifest_bytes = $bytes WHERE key = $key AND state = 1",
                    ("$now", now),
                    ("$fingerprint", fingerprint),
                    ("$bytes", manifestBytes),
                    ("$key", key));
                if (changed == 0)
                    return null;
                db.Execute("DELETE FROM parts WHERE upload_key = $key", ("$key", key));
                return StoredTime.Of(now);
            },
            cancellationToken);

    /// <summary>Takes an upload or file out of sight. What its guest link had set aside for an unfinished one is free again.</summary>
    /// <param name="upload">Which.</param>
    /// <param name="onlyExpired">Leaves it alone if it is complete, or something came for it meanwhile.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when nothing was done.</returns>
    public Task<bool> HideAsync(Upload upload, bool onlyExpired, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                var unfinished = UploadRows.StateOf(db, upload.Key) is 0 or 1;
                var condition = onlyExpired ? "state = 0 AND expires_at <= $now" : "state <> 3 AND $now = $now";
                if (db.Execute($"UPDATE uploads SET state = 3 WHERE key = $key AND {condition}", ("$key", upload.Key), ("$now", Now())) == 0)
                    return false;
                if (unfinished && upload.GuestKey is { } guest)
                    db.Execute(
                        "UPDATE guest_links SET used_bytes = used_bytes - $size, used_files = used_files - 1 WHERE key = $key",
                        ("$size", upload.Size),
                        ("$key", guest));
                return true;
            },
            cancellationToken);

    /// <summary>Forgets a hidden upload, and with it the key that its bytes could be read with.</summary>
    public Task<int> ForgetAsync(long key, CancellationToken cancellationToken) =>
        database.EraseAsync(db => db.Execute("DELETE FROM uploads WHERE key = $key AND state = 3", ("$key", key)), cancellationToken: cancellationToken);

    /// <summary>Puts the file's key under another master key.</summary>
    public Task<int> RewrapAsync(long key, byte[] wrappedKey, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db => db.Execute("UPDATE uploads SET wrapped_key = $wrapped WHERE key = $key", ("$wrapped", wrappedKey), ("$key", key)), cancellationToken);

    /// <summary>The name that this database has for itself; made at the first call.</summary>
    public Task<string> IdentityAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                db.Execute(
                    "INSERT INTO store_identity (id) SELECT $id WHERE NOT EXISTS (SELECT 1 FROM store_identity)", ("$id", Guid.NewGuid().ToString("N")));
                return db.QuerySingle("SELECT id FROM store_identity", r => r.GetString(0))!;
            },
            cancellationToken);

    private static Creation FindRefusal(SqliteConnection db, Upload upload)
    {
        var open = db.QuerySingle(
            "SELECT count(*) FROM uploads WHERE account = $account AND state IN (0, 1)", r => r.GetInt32(0), ("$account", upload.Account));
        if (open >= MaxOpen)
            return Creation.TooManyOpen;
        if (upload.GuestKey is not { } guest || open < MaxOpenOfLink)
            return Creation.Done;
        // By the account's index: a link may have many more files than an account unfinished uploads.
        var (guests, link) = db.QuerySingle(
            "SELECT sum(guest_key IS NOT NULL), sum(guest_key IS $guest) FROM uploads INDEXED BY uploads_by_account "
            + "WHERE account = $account AND state IN (0, 1)",
            r => (r.GetInt32(0), r.GetInt32(1)),
            ("$account", upload.Account),
            ("$guest", guest));
        return guests >= MaxOpenOfGuests ? Creation.TooManyOpenOfGuests
            : link >= MaxOpenOfLink ? Creation.TooManyOpenOfLink
            : Creation.Done;
    }

    private bool TryUseLink(SqliteConnection db, long guest, long size) =>
        db.Execute(
            "UPDATE guest_links SET used_bytes = used_bytes + $size, used_files = used_files + 1 WHERE key = $key AND expires_at > $now "
            + "AND used_files < max_files AND used_bytes + $size <= max_bytes",
            ("$key", guest), ("$size", size), ("$now", Now())) == 1;

    private long Now() => StoredTime.Milliseconds(time.GetUtcNow());
}
