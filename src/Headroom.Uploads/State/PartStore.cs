using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Uploads.State;

/// <summary>Which parts of unfinished uploads are in, and by which attempt. Every change is on the disk when its method returns.</summary>
internal sealed class PartStore(Database database, TimeProvider time)
{
    /// <summary>
    /// Takes the record of a part back before its bytes are replaced: from here until the new ones are recorded a crash
    /// leaves one or the other in the store, and nobody could tell which. Without a record there is nothing to write.
    /// </summary>
    /// <returns>False when the upload takes no more parts.</returns>
    public async Task<bool> WithdrawAsync(long uploadKey, int number, CancellationToken cancellationToken)
    {
        var (state, recorded) = await database.ReadAsync(
            db => (UploadRows.StateOf(db, uploadKey), db.QuerySingle(
                "SELECT 1 FROM parts WHERE upload_key = $key AND number = $number", r => r.GetInt32(0), ("$key", uploadKey), ("$number", number)) == 1),
            cancellationToken);
        if (state != (int)UploadState.Open || !recorded)
            return state == (int)UploadState.Open;
        return await database.WriteAsync(
            db =>
            {
                var open = UploadRows.StateOf(db, uploadKey) == (int)UploadState.Open;
                if (open)
                    db.Execute("DELETE FROM parts WHERE upload_key = $key AND number = $number", ("$key", uploadKey), ("$number", number));
                return open;
            },
            cancellationToken);
    }

    /// <summary>Records parts that are durable, all or none; what is recorded here may be acknowledged.</summary>
    /// <param name="uploadKey">The upload.</param>
    /// <param name="parts">What was written.</param>
    /// <param name="expiry">How long the upload waits for more from now on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the upload takes no more parts.</returns>
    public Task<bool> RecordAsync(long uploadKey, IReadOnlyList<StoredPart> parts, TimeSpan expiry, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                if (db.Execute(
                    "UPDATE uploads SET expires_at = $expires WHERE key = $key AND state = 0",
                    ("$expires", StoredTime.Milliseconds(time.GetUtcNow() + expiry)),
                    ("$key", uploadKey)) == 0)
                    return false;
                foreach (var part in parts)
                    UploadRows.InsertPart(db, uploadKey, part);
                return true;
            },
            cancellationToken);

    /// <summary>How much is in.</summary>
    public Task<Progress> ProgressAsync(long uploadKey, CancellationToken cancellationToken) =>
        database.ReadAsync(db => Read(db, uploadKey), cancellationToken);

    /// <summary>The numbers of the parts that are in; at most 10,000.</summary>
    public Task<IReadOnlyList<int>> NumbersAsync(long uploadKey, CancellationToken cancellationToken) =>
        database.ReadAsync(
            db => db.Query("SELECT number FROM parts WHERE upload_key = $key ORDER BY number", r => r.GetInt32(0), ("$key", uploadKey)), cancellationToken);

    /// <summary>All parts that are in, in order.</summary>
    public Task<IReadOnlyList<StoredPart>> ListAsync(long uploadKey, CancellationToken cancellationToken) =>
        database.ReadAsync(
            db => db.Query($"SELECT {UploadRows.PartColumns} FROM parts WHERE upload_key = $key ORDER BY number", UploadRows.ReadPart, ("$key", uploadKey)),
            cancellationToken);

    /// <summary>Closes an upload to further parts, if every byte of it is in. Nothing happens to one that is closed already.</summary>
    /// <returns>False when bytes are missing, or it is complete or gone.</returns>
    public Task<bool> TryCloseAsync(Upload upload, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                var progress = Read(db, upload.Key);
                return UploadRows.StateOf(db, upload.Key) switch
                {
                    // Parts have the lengths they must have, so that their sum tells.
                    (int)UploadState.Open when progress.Length == upload.Size =>
                        db.Execute("UPDATE uploads SET state = 1 WHERE key = $key", ("$key", upload.Key)) == 1,
                    (int)UploadState.Completing => true,
                    _ => false,
                };
            },
            cancellationToken);

    /// <summary>Opens an upload again, without parts that the store turned out not to have.</summary>
    public Task<int> ReopenAsync(long uploadKey, IReadOnlyList<int> lost, CancellationToken cancellationToken) =>
        database.WriteAsync(
            db =>
            {
                foreach (var number in lost)
                    db.Execute("DELETE FROM parts WHERE upload_key = $key AND number = $number", ("$key", uploadKey), ("$number", number));
                return db.Execute("UPDATE uploads SET state = 0 WHERE key = $key AND state = 1", ("$key", uploadKey));
            },
            cancellationToken);

    private static Progress Read(SqliteConnection db, long uploadKey) => db.QuerySingle(
        "SELECT count(*), coalesce(sum(length), 0), coalesce(sum(store_length), 0) FROM parts WHERE upload_key = $key",
        r => new Progress(r.GetInt32(0), r.GetInt64(1), r.GetInt64(2)),
        ("$key", uploadKey));
}
