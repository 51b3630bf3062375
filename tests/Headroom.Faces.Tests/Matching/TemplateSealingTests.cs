using System.Security.Cryptography;
using Headroom.Faces.Matching;
using Headroom.Faces.Staff;
using Headroom.Keys;
using Headroom.Sqlite;
using Headroom.Sqlite.Erasing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headroom.Faces.Tests.Matching;

/// <summary>Templates in the file are encrypted, those of older programs and of older master keys, too.</summary>
public sealed class TemplateSealingTests : IDisposable
{
    private const string Model = "faceplugin-feature";
    private const int Dimensions = 512;

    private readonly TemporaryFolder _folder = new();
    private readonly string _old = NewKey();
    private readonly string _new = NewKey();
    private readonly List<float[]> _vectors = [.. Enumerable.Range(0, 250).Select(seed => UnitVectors.Unit(Dimensions, seed))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_enrolled_template_is_in_no_file_in_plain()
    {
        using var opened = await OpenAsync(_old);
        var person = await AddPersonAsync(opened.Database);

        await opened.Store.AddAsync(person, Model, UnitVectors.Bytes(_vectors[0]), CancellationToken.None);

        Assert.Empty(Left(_vectors[0]));
        var stored = Assert.Single(await opened.Store.ReadAsync(Model, Dimensions, 0, 10, CancellationToken.None));
        Assert.Equal(UnitVectors.Bytes(_vectors[0]), stored.Vector.ToArray());
    }

    [Fact]
    public async Task Templates_of_an_older_program_are_encrypted_and_nothing_of_them_is_left_in_any_file()
    {
        await WriteAsBeforeAsync();
        Assert.NotEmpty(Left(_vectors[0]));
        Assert.NotEmpty(Left(_vectors[249]));

        using (var opened = await OpenAsync(_old))
        {
            await IsAllThereAsync(opened.Store);
            // As the server does after all services.
            Assert.Equal(Rewriting.Done, opened.Database.RewriteOnce(long.MaxValue));
            Assert.True(await opened.Database.TryTruncateLogAsync(CancellationToken.None));
            Assert.All(_vectors, v => Assert.Empty(Left(v)));
        }
        using var again = await OpenAsync(_old);
        await IsAllThereAsync(again.Store);
    }

    [Fact]
    public async Task After_a_rotation_all_templates_are_under_the_new_key_alone()
    {
        await WriteAsBeforeAsync();
        using (await OpenAsync(_old))
        {
            // Encrypts them.
        }
        using (await OpenAsync($"{_new} {_old}"))
        {
            // Encrypts them anew.
        }
        using var opened = await OpenAsync(_new);
        await IsAllThereAsync(opened.Store);
    }

    [Fact]
    public async Task A_missing_master_key_is_refused_and_named_and_nothing_changes()
    {
        await WriteAsBeforeAsync();
        using (await OpenAsync(_old))
        {
            // Encrypts them.
        }
        using var old = MasterKeyRing.Parse(_old);

        var refused = await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(_new));

        Assert.Contains(old.Current.ToString(), refused.Message, StringComparison.Ordinal);
        using var opened = await OpenAsync(_old);
        await IsAllThereAsync(opened.Store);
    }

    [Theory]
    [InlineData("UPDATE templates SET vector = (SELECT vector FROM templates WHERE key = 2) WHERE key = 1")]
    [InlineData("UPDATE templates SET staff_key = 2 WHERE key = 1")]
    [InlineData("UPDATE templates SET vector = zeroblob(2076) WHERE key = 1")]
    public async Task A_template_that_was_changed_or_put_in_anothers_place_is_passed_over_and_counted(string change)
    {
        using var opened = await OpenAsync(_old);
        foreach (var vector in _vectors.Take(3))
            await opened.Store.AddAsync(await AddPersonAsync(opened.Database), Model, UnitVectors.Bytes(vector), CancellationToken.None);
        await opened.Database.WriteAsync(db => db.Execute(change));

        var read = await opened.Store.ReadAsync(Model, Dimensions, 0, 10, CancellationToken.None);
        using var matcher = new FaceMatcher(opened.Store, new FacesOptions());
        using var withoutCache = new FaceMatcher(opened.Store, new FacesOptions { TemplateCacheMb = 0 });

        Assert.Equal([false, true, true], read.Select(t => t.IsWhole));
        Assert.Equal([new("templates", 1L)], opened.Database.Damaged.Counts);
        foreach (var each in (FaceMatcher[])[matcher, withoutCache])
        {
            Assert.NotEqual(MatchDecision.Accepted, (await each.MatchAsync(_vectors[0], CancellationToken.None)).Decision);
            Assert.Equal(MatchDecision.Accepted, (await each.MatchAsync(_vectors[1], CancellationToken.None)).Decision);
            Assert.Equal(MatchDecision.Accepted, (await each.MatchAsync(_vectors[2], CancellationToken.None)).Decision);
        }
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static Task<long> AddPersonAsync(Database database) => database.WriteAsync(db => db.QuerySingle(
        "INSERT INTO staff (id, employee_id, name, created_at) VALUES ($id, $id, 'Name', '') RETURNING key",
        r => r.GetInt64(0),
        ("$id", Guid.NewGuid().ToString("N"))));

    /// <summary>As the program of 2026-12-01 wrote them: in plain, and without overwriting what it removed.</summary>
    private async Task WriteAsBeforeAsync()
    {
        using var database = new Database(_folder["faces.db"]);
        database.Migrate([StaffMigrations.All[0]]);
        await database.WriteAsync(db => db.Execute("DELETE FROM schema_versions WHERE component = 'secure_delete'"));
        await database.WriteAsync(db =>
        {
            db.Execute("INSERT INTO staff (id, employee_id, name, created_at) VALUES ('p', 'p', 'Name', '')");
            for (var i = 0; i < _vectors.Count; i++)
                db.Execute(
                    "INSERT INTO templates (id, staff_key, model, vector, created_at) VALUES ($id, 1, $model, $vector, '')",
                    ("$id", $"t{i}"), ("$model", Model), ("$vector", UnitVectors.Bytes(_vectors[i])));
            return 0;
        });
    }

    private async Task<Opened> OpenAsync(string keys)
    {
        var opened = new Opened(_folder["faces.db"], keys);
        try
        {
            await opened.Sealing.RunAsync(CancellationToken.None);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private async Task IsAllThereAsync(TemplateStore store)
    {
        var read = await store.ReadAsync(Model, Dimensions, 0, 500, CancellationToken.None);
        Assert.Equal(_vectors.Select(v => Convert.ToHexString(UnitVectors.Bytes(v))), read.Select(t => Convert.ToHexString(t.Vector.Span)));
    }

    private List<string> Left(float[] vector)
    {
        var (bytes, left) = (UnitVectors.Bytes(vector), new List<string>());
        for (var at = 0; at < bytes.Length; at += 256)
            left.AddRange(FolderBytes.FilesWith(_folder.Path, bytes.AsSpan(at, 16)));
        return left;
    }

    private sealed class Opened : IDisposable
    {
        private readonly MasterKeyRing _ring;
        private readonly TemplateCipher _cipher;

        public Opened(string path, string keys)
        {
            Database = new Database(path);
            Database.Migrate(StaffMigrations.All);
            _ring = MasterKeyRing.Parse(keys);
            _cipher = new TemplateCipher(() => _ring);
            Store = new TemplateStore(Database, _cipher, TimeProvider.System);
            Sealing = new TemplateSealing(Database, _cipher, NullLogger<TemplateSealing>.Instance);
        }

        public Database Database { get; }

        public TemplateStore Store { get; }

        public TemplateSealing Sealing { get; }

        public void Dispose()
        {
            Database.Dispose();
            _cipher.Dispose();
            _ring.Dispose();
        }
    }
}
