using System.Text;
using Headroom.Sqlite.Checking;

namespace Headroom.Sqlite.Tests.Checking;

public sealed class RowSumTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("'a', 'b'", "'ab', ''")]
    [InlineData("'a', null", "null, 'a'")]
    [InlineData("1", "'1'")]
    [InlineData("1", "1.0")]
    [InlineData("'a'", "x'61'")]
    [InlineData("''", "null")]
    [InlineData("'a'", "'a' || char(0)")]
    public async Task Values_that_differ_in_place_type_or_length_have_another_sum(string one, string other)
    {
        using var database = new Database(_folder["a.db"]);

        Assert.Equal((0, 1), await database.ReadAsync(
            db => db.QuerySingle($"SELECT row_sum({one}) = row_sum({other}), row_sum({one}) = row_sum({one})", r => (r.GetInt32(0), r.GetInt32(1))),
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_was_written_through_parameters_has_the_same_sum_when_it_is_read()
    {
        using var database = new Database(_folder["a.db"]);
        database.Migrate([new("test", 1, "CREATE TABLE t (a TEXT, b INTEGER, c REAL, d BLOB, e TEXT, sum INTEGER)")]);
        foreach (var (text, whole, real, bytes) in ((string?, long, float, byte[])[])
            [("Zoë \U0001F600", 7, 1f, [1, 2]), ("", long.MinValue, 0.75f, []), (null, -1, -0f, [0])])
        {
            await database.WriteAsync(
                db => db.Execute(
                    "INSERT INTO t VALUES ($a, $b, $c, $d, 'x', row_sum($a, $b, $c, $d))", ("$a", text), ("$b", whole), ("$c", real), ("$d", bytes)),
                TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, await database.ReadAsync(
            db => db.QuerySingle("SELECT count(*) FROM t WHERE sum IS row_sum(a, b, c, d)", r => r.GetInt32(0)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_byte_that_flips_in_the_file_is_noticed_in_its_row_and_in_no_other()
    {
        using (var database = new Database(_folder["a.db"]))
        {
            database.Migrate([new("test", 1, "CREATE TABLE t (name TEXT, sum INTEGER)")]);
            foreach (var name in (string[])["first person", "second person", "third person"])
                await database.WriteAsync(
                    db => db.Execute("INSERT INTO t VALUES ($n, row_sum($n))", ("$n", name)), TestContext.Current.CancellationToken);
        }
        Flip("second person");

        using var after = new Database(_folder["a.db"]);
        var whole = await after.ReadAsync(
            db => db.Query("SELECT sum IS row_sum(name) FROM t ORDER BY rowid LIMIT 9", r => r.GetBoolean(0)), TestContext.Current.CancellationToken);

        Assert.Equal([true, false, true], whole);
    }

    [Fact]
    public void Damaged_rows_are_counted_by_table_named_in_lists_and_refused_alone()
    {
        var damaged = new DamagedRows();
        Row whole = new("a", true), broken = new("b", false);

        Assert.Equal(["b"], DamagedRows.Of(damaged.Count("people", [whole, broken])));
        Assert.Null(DamagedRows.Of([whole]));
        Assert.Same(whole, damaged.Require("people", whole));
        Assert.Null(damaged.Require<Row>("people", null));
        Assert.Contains("'b'", Assert.Throws<DamagedRowException>(() => damaged.Require("people", broken)).Message, StringComparison.Ordinal);
        Assert.Equal([new("people", 2L)], damaged.Counts);
    }

    private void Flip(string text)
    {
        var bytes = File.ReadAllBytes(_folder["a.db"]);
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) + 3] ^= 0x01;
        File.WriteAllBytes(_folder["a.db"], bytes);
    }

    private sealed record Row(string Id, bool IsWhole) : ICheckedRow;
}
