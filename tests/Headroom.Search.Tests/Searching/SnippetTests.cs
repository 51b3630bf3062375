using System.Text;
using FsCheck.Fluent;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;
using Gen = FsCheck.Fluent.Gen;

namespace Headroom.Search.Tests.Searching;

public sealed class SnippetTests : IAsyncDisposable
{
    private readonly DocumentFolder _documents = new();

    [Fact]
    public async Task Snippets_are_plain_text_with_marks()
    {
        var snippet = await OfAsync(
            Repeat("filler words ", 500) + "<b>please</b> cancel my \"subscription\" now " + Repeat("more filler ", 500), "cancelled subscriptions");

        Assert.Equal(["cancel", "subscription"], snippet!.Marks.Select(m => snippet.Text.Substring(m.Start, m.Length)));
        Assert.Contains("<b>please</b>", snippet.Text);
        Assert.InRange(snippet.Text.Length, 50, 400);
        Assert.StartsWith("…", snippet.Text);
        Assert.EndsWith("…", snippet.Text);
    }

    [Theory]
    [InlineData("Un café, s’il vous plaît", "CAFE", "Un [café], s’il vous plaît")]
    [InlineData("  ¡hola! adiós ", "adios", "  ¡hola! [adiós] ")]
    [InlineData("nothing of it", "else", null)]
    [InlineData("write an e-mail", "e-mail", "write an [e]-[mail]")]
    public async Task A_short_text_is_its_own_snippet(string text, string query, string? expected)
    {
        var snippet = await OfAsync(text, query);

        Assert.Equal(expected, snippet is null ? null : Marked(snippet));
    }

    [Fact]
    public async Task Where_most_different_words_are_is_shown()
    {
        var snippet = await OfAsync(Repeat("late ", 60) + Repeat("filler ", 200) + "the late parcel. " + Repeat("filler ", 200), "late parcel");

        Assert.Contains("[late] [parcel]", Marked(snippet!));
    }

    [Fact]
    public async Task Whatever_fts5_shows_of_an_ordinary_text_is_shown()
    {
        var words = Gen.Elements("alpha", "beta", "gamma", "delta. ", "epsilon: ", "plain", "more", "words", "such", "as", "these,", "and", "others", "too");
        await _documents.Database.ReadAsync(db =>
        {
            Properties.Hold(
                Gen.ListOf(words).Resize(300).Select(list => string.Join(' ', list)),
                text => text.Length == 0
                    || Expected(db, text, "alpha OR beta OR delta") == (Own(db, text, "alpha beta delta") is { } own ? Marked(own) : null));
            return true;
        });
    }

    [Fact(Timeout = 120_000)]
    public async Task A_text_that_repeats_a_word_is_harmless()
    {
        var id = await _documents.AddAsync(Repeat("bomb ", 200_000), "bomb");
        await _documents.AddAsync(Repeat("b a ", 250_000), "phrase");

        // With FTS5's own snippets each took minutes.
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal([id], await _documents.FindAsync("bomb"));
            var snippet = await OfStoredAsync(1, "bomb");
            Assert.Equal(40, snippet!.Marks.Count);
            Assert.NotNull(await OfStoredAsync(2, string.Join('.', Enumerable.Repeat("b.a", 1000))));
        }
    }

    [Theory]
    [InlineData("x", 1_000_000)]
    [InlineData("€", 340_000)]
    [InlineData(" ", 1_000_000)]
    [InlineData("é ", 330_000)]
    public async Task A_snippet_is_short_whatever_the_text_is(string piece, int times)
    {
        var text = "word " + Repeat(piece, times) + " word";
        var snippet = await OfAsync(text, "word");

        Assert.InRange(Encoding.UTF8.GetByteCount(snippet!.Text), 1, Snippet.MostBytes + 6);
        Assert.DoesNotContain('\uFFFD', snippet.Text);
        Assert.Equal("word", snippet.Text.Substring(snippet.Marks[0].Start, snippet.Marks[0].Length));
    }

    [Fact]
    public async Task A_word_that_is_longer_than_a_snippet_is_shown_from_its_beginning()
    {
        var word = Repeat("long", 1000);
        var snippet = await OfAsync(Repeat("filler ", 100) + word + Repeat(" filler", 100), word);

        var (start, length) = Assert.Single(snippet!.Marks);
        Assert.StartsWith("longlong", snippet.Text.Substring(start, length));
        Assert.InRange(snippet.Text.Length, 1000, Snippet.MostBytes + 2);
    }

    [Theory]
    [InlineData("é ", -10)]
    [InlineData("é ", 0)]
    [InlineData("é ", 10)]
    [InlineData("é ", 200_000)]
    [InlineData("€€€", 20)]
    public async Task Words_far_behind_the_beginning_are_shown(string filler, int more)
    {
        var snippet = await OfAsync(
            Repeat(filler, Math.Min(1_000_000, Snippet.PartBytes + (more * 3)) / Encoding.UTF8.GetByteCount(filler)) + " needle at the end", "needle");

        Assert.EndsWith("[needle] at the end", Marked(snippet!));
        Assert.StartsWith("…", snippet!.Text);
    }

    [Fact]
    public async Task A_document_that_is_gone_has_no_snippet() => Assert.Null(await OfStoredAsync(77, "word"));

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Marked(Snippet snippet)
    {
        var text = new StringBuilder(snippet.Text);
        foreach (var (start, length) in snippet.Marks.Reverse())
            text.Insert(start + length, ']').Insert(start, '[');
        return text.ToString();
    }

    private static Snippet? Own(SqliteConnection db, string text, string query)
    {
        using var tokenizer = WordTokenizer.Open(db);
        return Snippet.OfWords(tokenizer, QueryWords.Of(tokenizer, query), Encoding.UTF8.GetBytes(text));
    }

    private static string? Expected(SqliteConnection db, string text, string match)
    {
        db.Execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.oracle USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')");
        db.Execute("DELETE FROM oracle");
        db.Execute("INSERT INTO oracle VALUES ($t)", ("$t", text));
        return db.QuerySingle("SELECT snippet(oracle, 0, '[', ']', '…', 40) FROM oracle WHERE oracle MATCH $m", r => r.GetString(0), ("$m", match));
    }

    private async Task<Snippet?> OfAsync(string text, string query)
    {
        await _documents.AddAsync(text);
        return await _documents.Database.ReadAsync(db => Snippet.OfWords(db, db.QuerySingle("SELECT max(key) FROM documents", r => r.GetInt64(0)), query));
    }

    private Task<Snippet?> OfStoredAsync(long key, string query) => _documents.Database.ReadAsync(db => Snippet.OfWords(db, key, query));
}
