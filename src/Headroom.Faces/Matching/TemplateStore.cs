using Headroom.Sqlite;

namespace Headroom.Faces.Matching;

/// <summary>The templates of staff, encrypted. A template is a unit vector; the photo it came from is not kept.</summary>
internal sealed class TemplateStore(Database database, TemplateCipher cipher, TimeProvider time)
{
    /// <summary>How many photos a person may have.</summary>
    public const int MaxPhotos = 5;

    /// <summary>Adds a template.</summary>
    /// <returns>Its id and how many the person has now; null when the person has <see cref="MaxPhotos"/> already or is gone.</returns>
    public Task<(string Id, int Photos)?> AddAsync(long staffKey, string model, ReadOnlyMemory<byte> vector, CancellationToken cancellationToken) =>
        database.WriteAsync<(string, int)?>(
            db =>
            {
                var photos = db.QuerySingle("SELECT count(*) FROM templates WHERE staff_key = $staff", r => r.GetInt32(0), ("$staff", staffKey));
                if (photos >= MaxPhotos || db.QuerySingle("SELECT 1 FROM staff WHERE key = $staff", r => r.GetInt32(0), ("$staff", staffKey)) == 0)
                    return null;
                var id = NewId();
                db.Execute(
                    "INSERT INTO templates (id, staff_key, model, vector, master_key, created_at) VALUES ($id, $staff, $model, $vector, $master, $now)",
                    ("$id", id),
                    ("$staff", staffKey),
                    ("$model", model),
                    ("$vector", cipher.Seal(vector.Span, id, staffKey, model)),
                    ("$master", cipher.Current),
                    ("$now", Now()));
                return (id, photos + 1);
            },
            cancellationToken);

    /// <summary>Removes a template.</summary>
    /// <returns>Its key; null when the person has no such photo.</returns>
    public Task<long?> RemoveAsync(long staffKey, string id, CancellationToken cancellationToken) =>
        database.EraseAsync(
            db => db.QuerySingle(
                "DELETE FROM templates WHERE id = $id AND staff_key = $staff RETURNING key", r => (long?)r.GetInt64(0), ("$id", id), ("$staff", staffKey)),
            cancellationToken: cancellationToken);

    /// <summary>A page of templates in the order they were enrolled.</summary>
    /// <param name="model">Whose vectors: those of different models can't be compared.</param>
    /// <param name="dimensions">How many components they have; others were made before the model was exchanged.</param>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Keys.MasterKeyException">A master key is missing.</exception>
    public async Task<IReadOnlyList<FaceTemplate>> ReadAsync(string model, int dimensions, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            db => db.Query(
                "SELECT key, staff_key, id, master_key, vector FROM templates "
                + "WHERE key > $after AND model = $model AND length(vector) = $bytes AND master_key IS NOT NULL ORDER BY key LIMIT $limit",
                r => (Key: r.GetInt64(0), Staff: r.GetInt64(1), Id: r.GetString(2), MasterKey: r.GetInt64(3), Vector: r.GetFieldValue<byte[]>(4)),
                ("$after", after),
                ("$model", model),
                ("$bytes", TemplateCipher.SealedBytes(dimensions)),
                ("$limit", limit)),
            cancellationToken);
        var templates = new FaceTemplate[rows.Count];
        for (var i = 0; i < templates.Length; i++)
        {
            var row = rows[i];
            var whole = cipher.TryOpen(row.MasterKey, row.Vector, row.Id, row.Staff, model, out var vector);
            templates[i] = new FaceTemplate(row.Key, row.Staff, whole ? vector : default);
        }
        database.Damaged.Add("templates", templates.Count(t => !t.IsWhole));
        return templates;
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private string Now() => StoredTime.Text(time.GetUtcNow());
}

/// <summary>A stored template.</summary>
/// <param name="Key">Its key.</param>
/// <param name="StaffKey">Whose it is.</param>
/// <param name="Vector">Single-precision components of a unit vector, little-endian; empty when what is stored is not what was written.</param>
internal readonly record struct FaceTemplate(long Key, long StaffKey, ReadOnlyMemory<byte> Vector)
{
    /// <summary>Whether it can be compared.</summary>
    public bool IsWhole => !Vector.IsEmpty;
}
