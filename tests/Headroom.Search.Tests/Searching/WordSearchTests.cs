using FsCheck.Fluent;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;
using Headroom.Search.Tests.Tokenizing;
using Headroom.Sqlite;
using Gen = FsCheck.Fluent.Gen;

namespace Headroom.Search.Tests.Searching;

public sealed class WordSearchTests : IAsyncDisposable
{
    private readonly DocumentFolder _documents = new();

    [Theory]
    [InlineData("Subscription", "cancel")]
    [InlineData("CANCEL AND NOT OR NEAR(subscription)", "cancel")]
    [InlineData("cancelled subscriptions", "cancel")]
    [InlineData("cafe", "cafe")]
    [InlineData("CAFÉ", "cafe")]
    [InlineData("cafe\u0301", "cafe")]
    [InlineData("e-mail", "mail")]
    [InlineData("ERR-4711", "code")]
    [InlineData("日本語", "script")]
    public async Task Words_are_found_however_they_are_written(string query, string id)
    {
        await FillAsync();

        Assert.Equal(id, (await _documents.FindAsync(query))[0]);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("'; DROP TABLE documents; --")]
    [InlineData("text : cancel")]
    [InlineData("canc*")]
    [InlineData("^cancel")]
    [InlineData("-cancel")]
    [InlineData("{text} : cancel + (subscription")]
    [InlineData("NEAR(")]
    [InlineData("AND")]
    [InlineData("OR OR OR")]
    [InlineData("* ( ) : ^ + - { } [ ] \" ' ; % _")]
    [InlineData("\0")]
    [InlineData("cancel\0\"")]
    [InlineData("😀")]
    public async Task No_query_is_syntax(string query)
    {
        await FillAsync();

        Assert.DoesNotContain("cafe", await _documents.FindAsync(query));
        Assert.Equal(5, (await _documents.CountAsync()).All);
    }

    [Fact]
    public async Task Any_query_at_all_is_answered()
    {
        await FillAsync();
        Properties.Hold(
            Gen.Elements(Texts.Generate(seed: 3, count: 200).ToArray())
                .SelectMany(text => Gen.Elements("", "\"", "\"\"", " AND ", " NEAR(", "*", "\0", ")", "--").Select(syntax => syntax + text + syntax)),
            query => _documents.FindAsync(query).GetAwaiter().GetResult().Count <= 5);
    }

    [Fact]
    public async Task Quoted_words_come_back_from_the_index_that_has_them() => await Task.Run(() => Properties.Hold(
        Gen.Elements(Texts.Generate(seed: 4, count: 100).ToArray()),
        text =>
        {
            var id = _documents.AddAsync(text, "only").GetAwaiter().GetResult();
            return !HasWords(text) || _documents.FindAsync(text).GetAwaiter().GetResult().Contains(id);
        },
        cases: 100));

    [Fact]
    public async Task Part_of_the_words_is_enough_and_more_is_better()
    {
        await _documents.AddAsync("red apples", "one");
        await _documents.AddAsync("red green apples", "two");
        await _documents.AddAsync("nothing", "none");

        Assert.Equal(["two", "one"], await _documents.FindAsync("green apples please"));
    }

    [Fact]
    public async Task A_rare_word_counts_more_than_a_common_one()
    {
        for (var i = 0; i < 20; i++)
            await _documents.AddAsync($"how do I use number {i}", $"common{i}");
        await _documents.AddAsync("billing", "rare");

        var hits = await _documents.Search.FindAsync(
            new SearchQuery("how do I change billing", 30, SearchMode.Keyword, DocumentFolder.Fields()), null, default, CancellationToken.None);

        Assert.Equal("rare", (await _documents.Store.FindAsync(hits[0].Key, 10, CancellationToken.None))!.Id);
        Assert.All(hits.Skip(1), hit => Assert.InRange(hit.Score, 0, 0.05));
        Assert.Equal(21, hits.Count);
    }

    [Fact]
    public async Task Words_that_stand_nearly_everywhere_are_left_out_when_others_are_there()
    {
        await _documents.Database.WriteAsync(db => db.Execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            + "WHERE i < 21000) INSERT INTO documents (id, fields, created_at, updated_at, due_at, text) "
            + "SELECT 'd' || i, '{}', 0, 0, 0, 'the ' || i FROM n"));

        await _documents.Database.WriteAsync(db => db.Execute("INSERT INTO document_fields SELECT key, 'half', key % 2 FROM documents"));

        Assert.Equal(["d20345"], await _documents.FindAsync("the 20345"));
        Assert.Equal(10, (await _documents.FindAsync("the")).Count);
        // With a statement that SQLite plans badly this takes minutes.
        Assert.Equal(10, (await _documents.FindAsync("the", filter: ("half", "1"))).Count);
    }

    [Fact]
    public async Task Each_word_counts_once_however_it_is_written_and_only_so_many_count()
    {
        await _documents.Database.ReadAsync(db =>
        {
            using var tokenizer = WordTokenizer.Open(db);

            Assert.Equal(["\"Cancel\""], QueryWords.Of(tokenizer, "Cancel cancels CANCELLED \"cancelling\" cáncel").Quoted);
            Assert.Equal(["\"e\"", "\"mail\""], QueryWords.Of(tokenizer, "e-mail").Quoted);
            Assert.Equal(2, QueryWords.Of(tokenizer, string.Join('.', Enumerable.Repeat("b.a", 1000))).Count);
            Assert.Equal(QueryWords.Most, QueryWords.Of(tokenizer, string.Join('.', Enumerable.Range(0, 1000))).Count);
            Assert.Equal(0, QueryWords.Of(tokenizer, "* ( ) : ^ + - { } [ ] \" ' ; % _ 😀").Count);
            return true;
        });
    }

    [Fact]
    public async Task No_quoted_word_is_a_phrase_to_the_index() => await _documents.Database.ReadAsync(db =>
    {
        using var tokenizer = WordTokenizer.Open(db);
        Properties.Hold(
            Gen.Elements(Texts.Generate(seed: 5, count: 300).ToArray()),
            text => QueryWords.Of(tokenizer, text).Quoted.All(word =>
            {
                var tokens = 0;
                tokenizer.Tokenize(System.Text.Encoding.UTF8.GetBytes(word), (_, _, _) => ++tokens < 3);
                return tokens == 1;
            }));
        return true;
    });

    [Fact]
    public async Task Words_are_cut_as_the_table_says() =>
        Assert.Contains(
            "tokenize = 'porter unicode61 remove_diacritics 2'",
            await _documents.Database.ReadAsync(db => db.QuerySingle("SELECT sql FROM sqlite_master WHERE name = 'document_words'", r => r.GetString(0))));

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    private async Task FillAsync()
    {
        await _documents.AddAsync("Please cancel my subscription", "cancel");
        await _documents.AddAsync("un café au lait", "cafe");
        await _documents.AddAsync("write an e-mail", "mail");
        await _documents.AddAsync("it says ERR-4711", "code");
        await _documents.AddAsync("日本語 の テキスト", "script");
    }

    private bool HasWords(string text) => _documents.Database.ReadAsync(db =>
    {
        using var tokenizer = WordTokenizer.Open(db);
        return QueryWords.Of(tokenizer, text).Count > 0;
    }).GetAwaiter().GetResult();
}
