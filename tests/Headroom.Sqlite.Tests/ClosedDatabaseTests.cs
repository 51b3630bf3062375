namespace Headroom.Sqlite.Tests;

public sealed class ClosedDatabaseTests : IDisposable
{
    private static readonly Migration[] Names = [new("test", 1, "CREATE TABLE names (name TEXT UNIQUE)")];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Naming_a_file_makes_none_until_it_is_opened()
    {
        using var database = Database.Closed(_folder["new/a.db"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        database.OpenOrCreate();

        Assert.True(File.Exists(_folder["new/a.db"]));
        Assert.False(database.HasTables());
        database.Migrate(Names);
        Assert.True(database.HasTables());
    }

    [Fact]
    public async Task What_is_refused_before_the_commit_leaves_nothing_and_the_next_write_works()
    {
        using var database = new Database(_folder["a.db"]);
        database.Migrate(Names);
        database.BeforeCommit = () => throw new DatabaseException(DatabaseProblem.Failed, "somebody else's now");

        var refused = await Assert.ThrowsAsync<DatabaseException>(() => AddAsync(database, "lost"));
        database.BeforeCommit = null;
        await AddAsync(database, "kept");

        Assert.Equal("somebody else's now", refused.Message);
        Assert.Equal(["kept"], await database.ReadAsync(db => db.Query("SELECT name FROM names", r => r.GetString(0)), TestContext.Current.CancellationToken));
    }

    private static Task<int> AddAsync(Database database, string name) =>
        database.WriteAsync(db => db.Execute("INSERT INTO names VALUES ($n)", ("$n", name)), TestContext.Current.CancellationToken);
}
