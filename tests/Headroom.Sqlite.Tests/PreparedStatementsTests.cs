using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

public sealed class PreparedStatementsTests : IDisposable
{
    private const string Insert = "INSERT INTO texts (id, text) VALUES ($id, $text)";
    private const string Find = "SELECT text FROM texts WHERE id = $id";

    private readonly SqliteConnection _connection = Open();

    private PreparedStatements Statements => PreparedStatements.Of(_connection);

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void A_statement_is_compiled_once_and_takes_other_values_each_time()
    {
        var before = Statements.Kept.Count;

        for (var i = 0; i < 100; i++)
            Add(i, $"text {i}");

        Assert.Equal(before + 1, Statements.Kept.Count);
        Assert.Equal(["text 7"], Texts(7));
        Assert.Equal(["text 93"], Texts(93));
        Assert.Empty(Texts(100));
    }

    [Fact]
    public void A_value_that_is_missing_is_not_the_one_before()
    {
        Add(1, "one");
        Add(2, null);

        Assert.Equal([null], Texts(2));
    }

    [Fact]
    public void A_query_within_the_same_query_has_a_statement_of_its_own()
    {
        Add(1, "one");
        Add(2, "two");

        var pairs = new List<string>();
        _connection.Visit("SELECT text FROM texts ORDER BY id", outer =>
            _connection.Visit("SELECT text FROM texts ORDER BY id", inner => pairs.Add($"{outer.GetString(0)} {inner.GetString(0)}")));

        Assert.Equal(["one one", "one two", "two one", "two two"], pairs);
    }

    [Fact]
    public void After_a_failure_the_statement_works()
    {
        Add(1, "one");

        Assert.Throws<SqliteException>(() => Add(1, "again"));
        Assert.Throws<InvalidOperationException>(() => _connection.Query<int>(Find, _ => throw new InvalidOperationException("map"), ("$id", 1)).Count);

        Add(2, "two");
        Assert.Equal(["one"], Texts(1));
        Assert.Equal(["two"], Texts(2));
    }

    [Fact]
    public void Half_read_results_lock_nothing()
    {
        Add(1, "one");
        Add(2, "two");

        Assert.Equal("one", _connection.QuerySingle("SELECT text FROM texts ORDER BY id", r => r.GetString(0)));

        _connection.Execute("DROP TABLE texts");
    }

    [Fact]
    public void A_changed_schema_is_followed()
    {
        Add(1, "one");
        Assert.Equal(["one"], Texts(1));

        _connection.Execute("ALTER TABLE texts RENAME TO old");
        _connection.Execute("CREATE TABLE texts (more TEXT, id INTEGER PRIMARY KEY, text TEXT)");

        Assert.Empty(Texts(1));
        Add(1, "new");
        Assert.Equal(["new"], Texts(1));
    }

    [Theory]
    [InlineData(PreparedStatements.LargestValue, true)]
    [InlineData(PreparedStatements.LargestValue + 1, false)]
    public void Large_values_are_not_held_until_the_next_run(int length, bool isKept)
    {
        var before = Statements.Kept.Count;

        Add(1, new string('a', length));

        Assert.Equal(isKept ? before + 1 : before, Statements.Kept.Count);
    }

    [Fact]
    public void The_last_ones_that_ran_are_kept()
    {
        for (var i = 0; i < 3 * PreparedStatements.MaxKept; i++)
        {
            Assert.Equal(i, _connection.QuerySingle($"SELECT {i}", r => r.GetInt32(0)));
            Assert.Empty(Texts(i));
        }

        Assert.Equal(PreparedStatements.MaxKept, Statements.Kept.Count);
        Assert.Contains(Find, Statements.Kept);
        Assert.Contains($"SELECT {(3 * PreparedStatements.MaxKept) - 1}", Statements.Kept);
        Assert.DoesNotContain("SELECT 0", Statements.Kept);
    }

    [Fact]
    public void A_connection_that_is_closed_leaves_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder["a.db"];
        using (var other = Open(path))
        {
            other.Execute(Insert, ("$id", 1), ("$text", "one"));
            Assert.True(IsOpen(path));
        }

        Assert.False(IsOpen(path));
    }

    private static SqliteConnection Open(string source = ":memory:")
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Pooling = false }.ToString());
        connection.Open();
        connection.Execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT)");
        return connection;
    }

    private void Add(int id, string? text) => _connection.Execute(Insert, ("$id", id), ("$text", text));

    private IReadOnlyList<string?> Texts(int id) => _connection.Query(Find, r => r.GetStringOrNull(0), ("$id", id));

    private static bool IsOpen(string path) => Directory.EnumerateFiles("/proc/self/fd").Any(file => new FileInfo(file).LinkTarget == path);
}
