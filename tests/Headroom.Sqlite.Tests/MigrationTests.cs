using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

public sealed class MigrationTests : IDisposable
{
    private static readonly Migration First = new("a", 1, "CREATE TABLE log (step TEXT); INSERT INTO log VALUES ('a1')");
    private static readonly Migration Second = new("a", 2, "INSERT INTO log VALUES ('a2')");
    private static readonly Migration Third = new("a", 3, "INSERT INTO log VALUES ('a3')");
    private static readonly Migration Other = new("b", 1, "INSERT INTO log VALUES ('b1')");

    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;

    public MigrationTests() => _database = new Database(_folder["a.db"]);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Steps_are_applied_in_the_order_of_their_versions()
    {
        _database.Migrate([Third, First, Second]);

        Assert.Equal(["a1", "a2", "a3"], await LogAsync());
    }

    [Fact]
    public async Task Each_step_is_applied_once()
    {
        _database.Migrate([First]);
        _database.Migrate([First]);
        _database.Migrate([First, Second]);
        using (var again = new Database(_folder["a.db"]))
            again.Migrate([First, Second, Third]);

        Assert.Equal(["a1", "a2", "a3"], await LogAsync());
    }

    [Fact]
    public async Task Each_component_counts_by_itself()
    {
        _database.Migrate([First, Second]);
        _database.Migrate([Other]);
        _database.Migrate([First, Second, Third, Other]);

        Assert.Equal(["a1", "a2", "b1", "a3"], await LogAsync());
    }

    [Fact]
    public void A_newer_database_is_refused_with_what_to_do()
    {
        _database.Migrate([First, Second, Third]);

        var problem = Assert.Throws<DatabaseException>(() => _database.Migrate([First, Second]));

        Assert.All(
            new[] { _database.Path, "version 3", "'a'", "knows 2", "Run the newer program" },
            part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_none_of_them()
    {
        _database.Migrate([First]);

        Assert.Throws<SqliteException>(
            () => _database.Migrate([First, Second, new Migration("a", 3, "INSERT INTO log VALUES ('half'); INSERT INTO nowhere VALUES (1)")]));
        Assert.Equal(["a1"], await LogAsync());

        _database.Migrate([First, Second, Third]);
        Assert.Equal(["a1", "a2", "a3"], await LogAsync());
    }

    [Fact]
    public async Task A_refused_component_keeps_the_others_as_they_were()
    {
        _database.Migrate([First, Second]);

        Assert.Throws<DatabaseException>(() => _database.Migrate([Other, First]));

        Assert.Equal(["a1", "a2"], await LogAsync());
    }

    [Fact]
    public async Task Two_programs_that_start_at_once_apply_each_step_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var database = new Database(_folder["a.db"]);
            database.Migrate([First, Second, Third]);
        })));

        Assert.Equal(["a1", "a2", "a3"], await LogAsync());
    }

    private Task<IReadOnlyList<string>> LogAsync() => _database.ReadAsync(db => db.Query("SELECT step FROM log ORDER BY rowid", r => r.GetString(0)));
}
