using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Sqlite.Tests.Erasing;

/// <summary>What is removed has to be in no file any more: neither in the database nor in its log.</summary>
public sealed class ErasureTests : IDisposable
{
    private static readonly Migration Schema = new("test", 1, """
        CREATE TABLE people (key INTEGER PRIMARY KEY, name TEXT UNIQUE, photo BLOB);
        CREATE VIRTUAL TABLE words USING fts5 (text);
        INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
        """);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<Database> _databases = [];

    public void Dispose()
    {
        _databases.ForEach(d => d.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_removed_is_in_no_file_a_second_later()
    {
        var database = Open();
        await FillAsync(database);
        Assert.Contains("a.db-wal", FolderBytes.FilesWith(_folder.Path, Name(7)));

        await RemoveAsync(database);
        _time.Advance(TimeSpan.FromSeconds(1));

        await NothingIsLeftAsync();
        Assert.Equal(20, await CountAsync(database));
    }

    [Fact]
    public async Task What_is_removed_is_in_no_file_after_a_clean_stop()
    {
        var database = Open();
        await FillAsync(database);
        await RemoveAsync(database);

        // Before the pause is over, and while somebody else has the file open, so that closing does not bring the log in.
        await using var other = await BeginReadingAsync();
        await other.CloseAsync();
        database.Dispose();

        Assert.Empty(Left());
    }

    [Fact]
    public async Task What_a_killed_process_removed_goes_at_the_next_start()
    {
        var database = Open();
        await FillAsync(database);
        await using var reader = await BeginReadingAsync();
        await RemoveAsync(database);
        using var crashed = Copy();
        await reader.CloseAsync();
        Assert.NotEmpty(FolderBytes.FilesWith(crashed.Path, Name(7)));

        using var after = new Database(crashed["a.db"], _time);
        Assert.True(await after.TryTruncateLogAsync(TestContext.Current.CancellationToken));

        Assert.Empty(Left(crashed.Path));
        Assert.Equal(20, await CountAsync(after));
    }

    [Fact]
    public async Task While_a_reader_needs_the_log_it_is_tried_again_until_it_is_empty()
    {
        var database = Open();
        await FillAsync(database);
        await using var reader = await BeginReadingAsync();
        await RemoveAsync(database);
        Assert.False(await database.TryTruncateLogAsync(TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(Left());
        // Others write meanwhile as ever.
        await database.WriteAsync(db => db.Execute("INSERT INTO people (name) VALUES ('meanwhile')"), TestContext.Current.CancellationToken);

        await reader.CloseAsync();

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Left().Count == 0;
            },
            () => string.Join(' ', Left()));
    }

    [Fact]
    public async Task A_write_that_removes_nothing_leaves_the_log_alone()
    {
        var database = Open();
        await FillAsync(database);

        await database.EraseAsync(db => db.Execute("DELETE FROM people WHERE key = -1"), removed => removed > 0, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotEqual(0, new FileInfo(_folder["a.db-wal"]).Length);
    }

    private static string Name(int number) => $"somebody-called-{number}-xq";

    private static byte[] Photo(int number)
    {
        // Overflow pages, and one that fits into a cell.
        var photo = new byte[number % 2 == 0 ? 20_000 : 900];
        new Random(number).NextBytes(photo);
        return photo;
    }

    private Database Open()
    {
        var database = new Database(_folder["a.db"], _time);
        _databases.Add(database);
        database.Migrate([Schema]);
        return database;
    }

    private static async Task FillAsync(Database database)
    {
        for (var i = 0; i < 40; i++)
        {
            var number = i;
            await database.WriteAsync(
                db =>
                {
                    db.Execute("INSERT INTO people VALUES ($key, $name, $photo)", ("$key", number), ("$name", Name(number)), ("$photo", Photo(number)));
                    return db.Execute("INSERT INTO words (rowid, text) VALUES ($key, $text)", ("$key", number), ("$text", $"common word{number}zz"));
                },
                TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Removes every second one.</summary>
    private static Task<int> RemoveAsync(Database database) => database.EraseAsync(
        db => db.Execute("DELETE FROM people WHERE key % 2 = 1") + db.Execute("DELETE FROM words WHERE rowid % 2 = 1"),
        cancellationToken: TestContext.Current.CancellationToken);

    private static Task<int> CountAsync(Database database) =>
        database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM people", r => r.GetInt32(0)), TestContext.Current.CancellationToken);

    /// <summary>Another process would do the same: a transaction that reads.</summary>
    private async Task<SqliteConnection> BeginReadingAsync()
    {
        var reader = new SqliteConnection($"Data Source={_folder["a.db"]};Pooling=False");
        await reader.OpenAsync(TestContext.Current.CancellationToken);
        reader.Execute("BEGIN");
        reader.QuerySingle("SELECT count(*) FROM people", r => r.GetInt32(0));
        return reader;
    }

    private TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var file in (string[])["a.db", "a.db-wal"])
            File.Copy(_folder[file], copy[file]);
        return copy;
    }

    private Task NothingIsLeftAsync() => Eventually.TrueAsync(() => Left().Count == 0, () => string.Join(' ', Left()));

    /// <summary>What of the removed ones is in some file still.</summary>
    private List<string> Left(string? folder = null)
    {
        var left = new List<string>();
        for (var i = 1; i < 40; i += 2)
        {
            var photo = Photo(i);
            left.AddRange(FolderBytes.FilesWith(folder ?? _folder.Path, Name(i)));
            left.AddRange(FolderBytes.FilesWith(folder ?? _folder.Path, $"{i}zz"));
            for (var at = 0; at + 32 <= photo.Length; at += 400)
                left.AddRange(FolderBytes.FilesWith(folder ?? _folder.Path, photo.AsSpan(at, 32)));
        }
        return left;
    }
}
