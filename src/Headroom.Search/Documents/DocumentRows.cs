using System.Text.Json;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Documents;

/// <summary>Documents as rows.</summary>
internal static class DocumentRows
{
    /// <summary>What <see cref="Read"/> reads; wants <c>$length</c>, the most characters of the text.</summary>
    public const string Columns =
        $"key, id, substr(text, 1, $length), length(text) <= $length, fields, source, state, attempts, error, created_at, updated_at, sum IS {Sum}";

    /// <summary>The sum of a document's row: of what never changes in it.</summary>
    public const string Sum = "row_sum(id, origin, source, fields, created_at, updated_at, text)";

    /// <summary>As problems and metrics call it.</summary>
    public const string Table = "documents";

    /// <summary>As many removed events are remembered; about 15 MB of the database.</summary>
    private const int MaxRemoved = 100_000;

    /// <summary>A document of a row; of a damaged one key and id alone.</summary>
    public static StoredDocument Read(SqliteDataReader row) => row.GetBoolean(11) ? ReadWhole(row) : new(
        row.GetInt64(0), row.GetTextOrEmpty(1), "", true, new Dictionary<string, IReadOnlyList<string>>(), null, default, 0, null, default, default)
    {
        IsWhole = false,
    };

    /// <summary>Stores a document, its words and its fields, within the caller's transaction.</summary>
    public static AddedDocument Add(SqliteConnection db, NewDocument document, DocumentConflict conflict, DateTimeOffset now)
    {
        var created = now;
        var outcome = AddOutcome.Added;
        if (FindTaken(db, document) is { } taken)
        {
            if (conflict == DocumentConflict.Keep || taken.Id != document.Id)
                return new AddedDocument(taken.Id, AddOutcome.Kept);
            db.Execute("DELETE FROM documents WHERE key = $key", ("$key", taken.Key));
            (created, outcome) = (taken.CreatedAt, AddOutcome.Replaced);
            // What replaces an event's document still is that event's: it is not stored beside it when it comes again.
            document = document with { Origin = document.Origin ?? taken.Origin };
        }
        else if (conflict == DocumentConflict.Keep && FindRemoved(db, document) is { } removed)
        {
            return new AddedDocument(removed, AddOutcome.Removed);
        }
        var id = document.Id ?? Guid.CreateVersion7(now).ToString("N");
        Insert(db, document, id, created, now);
        return new AddedDocument(id, outcome);
    }

    /// <summary>Removes a document within the caller's transaction. Of an event's it remembers which one it was.</summary>
    /// <returns>False when there was none.</returns>
    public static bool Remove(SqliteConnection db, string id)
    {
        db.Execute("INSERT OR REPLACE INTO removed_origins (id, origin) SELECT id, origin FROM documents WHERE id = $id AND origin IS NOT NULL", ("$id", id));
        db.Execute("DELETE FROM removed_origins WHERE number <= (SELECT max(number) FROM removed_origins) - $most", ("$most", MaxRemoved));
        return db.Execute("DELETE FROM documents WHERE id = $id", ("$id", id)) > 0;
    }

    private static StoredDocument ReadWhole(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetBoolean(3),
        JsonSerializer.Deserialize(row.GetString(4), DocumentsJson.Default.Fields)!,
        row.GetStringOrNull(5),
        (DocumentState)row.GetInt32(6),
        row.GetInt32(7),
        row.GetStringOrNull(8),
        StoredTime.Of(row.GetInt64(9)),
        StoredTime.Of(row.GetInt64(10)));

    private static Taken? FindTaken(SqliteConnection db, NewDocument document)
    {
        if (document.Id is null && document.Origin is null)
            return null;
        // The one with the id first: it is the one to replace.
        return db.QuerySingle(
            "SELECT key, id, created_at, origin FROM documents WHERE id = $id OR origin = $origin ORDER BY id = $id DESC LIMIT 1",
            r => new Taken(r.GetInt64(0), r.GetString(1), StoredTime.Of(r.GetInt64(2)), r.GetStringOrNull(3)),
            ("$id", document.Id),
            ("$origin", document.Origin));
    }

    private static string? FindRemoved(SqliteConnection db, NewDocument document) => db.QuerySingle(
        "SELECT id FROM removed_origins WHERE id = $id OR origin = $origin LIMIT 1", r => r.GetString(0), ("$id", document.Id), ("$origin", document.Origin));

    private static void Insert(SqliteConnection db, NewDocument document, string id, DateTimeOffset created, DateTimeOffset now)
    {
        var key = db.QuerySingle(
            "INSERT INTO documents (id, origin, source, fields, created_at, updated_at, due_at, text, sum) VALUES ($id, $origin, $source, $fields, "
            + "$created, $now, $now, $text, row_sum($id, $origin, $source, $fields, $created, $now, $text)) RETURNING key",
            r => r.GetInt64(0),
            ("$id", id),
            ("$origin", document.Origin),
            ("$source", document.Source),
            ("$fields", JsonSerializer.Serialize(document.Fields, DocumentsJson.Default.Fields)),
            ("$created", StoredTime.Milliseconds(created)),
            ("$now", StoredTime.Milliseconds(now)),
            ("$text", document.Text));
        foreach (var (name, values) in document.Fields)
        {
            foreach (var value in values)
                db.Execute(
                    "INSERT OR IGNORE INTO document_fields (document, name, value) VALUES ($document, $name, $value)",
                    ("$document", key),
                    ("$name", name),
                    ("$value", value));
        }
    }

    private sealed record Taken(long Key, string Id, DateTimeOffset CreatedAt, string? Origin);
}
