using Headroom.Sqlite.Erasing;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests.Erasing;

/// <summary>A file as programs wrote it that did not overwrite what they removed.</summary>
public sealed class OlderPagesTests : IDisposable
{
    private const string Removed = "somebody-who-left-long-ago";

    private static readonly Migration[] Schema = [new("test", 1, "CREATE TABLE people (name TEXT)")];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_written_anew_once_and_nothing_of_what_was_removed_is_left()
    {
        WriteAsBefore();
        Assert.NotEmpty(FolderBytes.FilesWith(_folder.Path, Removed));

        using (var database = new Database(_folder["a.db"]))
        {
            database.Migrate(Schema);
            Assert.Equal(Rewriting.Done, database.RewriteOnce(long.MaxValue));
            Assert.Equal(Rewriting.NotNeeded, database.RewriteOnce(long.MaxValue));
        }

        Assert.Empty(FolderBytes.FilesWith(_folder.Path, Removed));
        using var again = new Database(_folder["a.db"]);
        Assert.Equal(Rewriting.NotNeeded, again.RewriteOnce(long.MaxValue));
        Assert.Equal(["a.db"], Directory.GetFiles(_folder.Path, "a.db").Select(Path.GetFileName));
    }

    [Fact]
    public async Task Without_room_on_the_disk_it_stays_as_it_is_until_there_is_some()
    {
        WriteAsBefore();
        using var database = new Database(_folder["a.db"]);
        database.Migrate(Schema);

        Assert.Equal(Rewriting.NoRoom, database.RewriteOnce(1024 * 1024));
        Assert.Equal(
            200, await database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM people", r => r.GetInt32(0)), TestContext.Current.CancellationToken));
        Assert.Equal(Rewriting.Done, database.RewriteOnce(long.MaxValue));
    }

    [Fact]
    public void A_new_file_has_nothing_to_rewrite()
    {
        using var database = new Database(_folder["a.db"]);
        database.Migrate(Schema);

        Assert.Equal(Rewriting.NotNeeded, database.RewriteOnce(0));
    }

    private void WriteAsBefore()
    {
        using (new Database(_folder["a.db"]))
        {
            // Loads the library.
        }
        using var connection = new SqliteConnection($"Data Source={_folder["a.db"]};Pooling=False");
        connection.Open();
        connection.Execute(
            "PRAGMA secure_delete = OFF; CREATE TABLE schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID; "
            + "CREATE TABLE people (name TEXT); INSERT INTO schema_versions VALUES ('test', 1)");
        for (var i = 0; i < 400; i++)
            connection.Execute("INSERT INTO people VALUES ($name)", ("$name", i % 2 == 0 ? $"who stays {i}" : Removed));
        connection.Execute("DELETE FROM people WHERE name = $name", ("$name", Removed));
    }
}
