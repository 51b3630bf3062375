using System.Text;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite.Tests;

public sealed class Fts5TokenizerTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public Fts5TokenizerTests()
    {
        SQLitePCL.Batteries_V2.Init();
        _connection.Open();
    }

    public void Dispose() => _connection.Dispose();

    [Theory]
    [InlineData("Cancelled  subscriptions!", "cancel 0-9", "subscript 11-24")]
    [InlineData("CAFÉ cafe\u0301", "cafe 0-5", "cafe 6-12")]
    [InlineData("b.a_a", "b 0-1", "a 2-3", "a 4-5")]
    [InlineData("a\0b", "a 0-1", "b 2-3")]
    [InlineData("… 😀 ")]
    [InlineData("")]
    public void A_text_is_cut_as_the_index_cuts_it(string text, params string[] tokens)
    {
        using var tokenizer = Fts5Tokenizer.Open(_connection, "porter", "unicode61", "remove_diacritics", "2");
        var seen = new List<string>();

        tokenizer.Tokenize(Encoding.UTF8.GetBytes(text), (token, start, end) =>
        {
            seen.Add($"{Encoding.UTF8.GetString(token)} {start}-{end}");
            return true;
        });

        Assert.Equal(tokens, seen);
    }

    [Fact]
    public void It_ends_when_no_more_is_wanted_and_what_is_thrown_is_thrown()
    {
        using var tokenizer = Fts5Tokenizer.Open(_connection, "unicode61");
        var seen = 0;

        tokenizer.Tokenize("a b c d"u8, (_, _, _) => ++seen < 2);

        Assert.Equal(2, seen);
        Assert.Throws<InvalidTimeZoneException>(() => tokenizer.Tokenize("a b"u8, (_, _, _) => throw new InvalidTimeZoneException()));
        tokenizer.Tokenize("e"u8, (_, _, _) => ++seen > 0);
        Assert.Equal(3, seen);
    }

    [Fact]
    public void A_tokenizer_that_does_not_exist_is_named()
    {
        Assert.Contains("'nonsense'", Assert.Throws<DatabaseException>(() => Fts5Tokenizer.Open(_connection, "nonsense")).Message);
        Assert.Contains(
            "remove_diacritics 7", Assert.Throws<DatabaseException>(() => Fts5Tokenizer.Open(_connection, "unicode61", "remove_diacritics", "7")).Message);
    }
}
