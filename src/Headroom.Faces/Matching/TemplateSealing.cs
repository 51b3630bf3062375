using Headroom.Keys;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Headroom.Faces.Matching;

/// <summary>
/// Puts every template under the current master key, at a start: those of programs that did not encrypt them, and after a
/// rotation those under older keys. A few at a time, each batch in a transaction of its own; a crash loses nothing, and the
/// next start goes on.
/// </summary>
internal sealed partial class TemplateSealing(Database database, TemplateCipher cipher, ILogger<TemplateSealing> logger)
{
    private const int Batch = 100;

    /// <summary>Does it.</summary>
    /// <exception cref="MasterKeyException">A master key is missing that templates are encrypted under; nothing was changed.</exception>
    /// <exception cref="DatabaseException">The disk is full or fails, or the file is damaged.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            db => db.Query(
                "SELECT DISTINCT master_key FROM templates LIMIT $most",
                r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
                ("$most", MasterKeyRing.MaxKeys + 1)),
            cancellationToken);
        foreach (var masterKey in found)
        {
            if (masterKey is { } known)
                cipher.Require(known);
        }
        foreach (var masterKey in found.Where(k => k != cipher.Current))
            await SealAllAsync(masterKey, cancellationToken);
    }

    private async Task SealAllAsync(long? from, CancellationToken cancellationToken)
    {
        var count = 0;
        for (var after = 0L; ;)
        {
            var rows = await database.ReadAsync(
                db => db.Query(
                    "SELECT key, id, staff_key, model, vector FROM templates WHERE master_key IS $from AND key > $after ORDER BY key LIMIT $most",
                    Read, ("$from", from), ("$after", after), ("$most", Batch)),
                cancellationToken);
            if (rows.Count == 0)
                break;
            after = rows[^1].Key;
            count += await database.EraseAsync(db => rows.Count(row => Seal(db, row, from)), cancellationToken: cancellationToken);
        }
        LogSealed(count, new MasterKeyId((ulong)cipher.Current));
    }

    private bool Seal(SqliteConnection db, Row row, long? from)
    {
        ReadOnlyMemory<byte> vector = row.Vector;
        // One that is damaged stays as it is, and is met again by who compares.
        if (from is { } known && !cipher.TryOpen(known, row.Vector, row.Id, row.StaffKey, row.Model, out vector))
            return false;
        return db.Execute(
            "UPDATE templates SET vector = $vector, master_key = $now WHERE key = $key AND master_key IS $from",
            ("$vector", cipher.Seal(vector.Span, row.Id, row.StaffKey, row.Model)), ("$now", cipher.Current), ("$key", row.Key), ("$from", from)) > 0;
    }

    private static Row Read(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetFieldValue<byte[]>(4));

    [LoggerMessage(LogLevel.Information, "{Count} face templates were encrypted under master key {Key}.")]
    private partial void LogSealed(int count, MasterKeyId key);

    private sealed record Row(long Key, string Id, long StaffKey, string Model, byte[] Vector);
}
