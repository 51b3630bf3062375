using Headroom.AspNetCore.Problems;
using Headroom.Search.Documents;
using Headroom.Sqlite;

namespace Headroom.Search.Tests.Documents;

public sealed class DocumentStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;
    private readonly DocumentStore _store;

    public DocumentStoreTests()
    {
        _database = new Database(_folder["documents.db"]);
        _database.Migrate(DocumentMigrations.All);
        _store = new DocumentStore(_database, TimeProvider.System);
    }

    [Fact]
    public async Task A_known_id_is_replaced_or_kept_as_asked()
    {
        Assert.Equal(new AddedDocument("a", AddOutcome.Added), await AddAsync("a", "first"));
        Assert.Equal(new AddedDocument("a", AddOutcome.Kept), await AddAsync("a", "second", DocumentConflict.Keep));
        Assert.Equal(["first"], await WordsAsync());

        Assert.Equal(new AddedDocument("a", AddOutcome.Replaced), await AddAsync("a", "third"));
        Assert.Equal(["third"], await WordsAsync());
    }

    [Fact]
    public async Task An_event_is_stored_once_however_often_and_under_whatever_id_it_comes()
    {
        await _store.AddAsync(
            new NewDocument("a", "first", new Dictionary<string, IReadOnlyList<string>>(), "tally", "event-1"), DocumentConflict.Keep, CancellationToken.None);
        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.AddAsync(
            new NewDocument(i % 2 == 0 ? null : $"b{i}", "second", new Dictionary<string, IReadOnlyList<string>>(), "tally", "event-1"),
            (DocumentConflict)(i % 2),
            CancellationToken.None)));

        Assert.All(again, a => Assert.Equal(new AddedDocument("a", AddOutcome.Kept), a));
        Assert.Equal(["first"], await WordsAsync());
    }

    [Fact]
    public async Task What_was_removed_is_not_brought_back_by_its_event_nor_by_another_event_of_the_same_id()
    {
        await AddEventAsync("a", "event-1");
        Assert.True(await _store.RemoveAsync("a", CancellationToken.None));

        Assert.Equal(new AddedDocument("a", AddOutcome.Removed), await AddEventAsync("a", "event-1"));
        Assert.Equal(new AddedDocument("a", AddOutcome.Removed), await AddEventAsync("a", "event-2"));
        Assert.Equal(new AddedDocument("a", AddOutcome.Removed), await AddEventAsync("b", "event-1"));
        Assert.Equal(new AddedDocument("b", AddOutcome.Added), await AddEventAsync("b", "event-2"));
        Assert.False(await _store.RemoveAsync("a", CancellationToken.None));
    }

    [Fact]
    public async Task What_was_removed_is_stored_again_by_who_means_it()
    {
        await AddEventAsync("a", "event-1");
        await AddAsync("a", "second");
        await _store.RemoveAsync("a", CancellationToken.None);
        Assert.Equal(new AddedDocument("a", AddOutcome.Removed), await AddEventAsync("b", "event-1"));

        Assert.Equal(new AddedDocument("a", AddOutcome.Added), await AddAsync("a", "third"));
        Assert.Equal(new AddedDocument("a", AddOutcome.Kept), await AddEventAsync("a", "event-1"));
        Assert.Equal(["third"], await WordsAsync());
    }

    [Fact]
    public async Task Of_removed_events_the_latest_are_remembered_and_of_other_documents_none()
    {
        await AddEventAsync("old", "event-1");
        await AddEventAsync("new", "event-2");
        await AddAsync("api", "third");
        await _store.RemoveAsync("old", CancellationToken.None);
        await _database.WriteAsync(
            db => db.Execute(
                "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                + "WHERE i < 99999) INSERT INTO removed_origins (id, origin) SELECT 'x' || i, 'x' || i FROM n"),
            CancellationToken.None);
        Assert.Equal(AddOutcome.Removed, (await AddEventAsync("old", "event-1")).Outcome);

        await _store.RemoveAsync("new", CancellationToken.None);
        await _store.RemoveAsync("api", CancellationToken.None);

        Assert.Equal(100_000, await _database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM removed_origins", r => r.GetInt32(0))));
        Assert.Equal(AddOutcome.Removed, (await AddEventAsync("new", "event-2")).Outcome);
        Assert.Equal(AddOutcome.Added, (await AddEventAsync("old", "event-1")).Outcome);
    }

    [Fact]
    public async Task Documents_that_come_together_are_all_stored_with_ids_of_their_own()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => AddAsync(null, $"text {i}")));

        Assert.Equal(500, added.Select(a => a.Id).Distinct().Count());
        Assert.Equal(500, (await WordsAsync()).Count);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("a/b", "x")]
    [InlineData("ü", "x")]
    public async Task What_is_no_id_is_refused(string id, string text) =>
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => AddAsync(id, text))).Status);

    [Fact]
    public async Task A_text_beyond_its_limit_is_refused_in_bytes_not_in_characters() =>
        Assert.Equal(413, (await Assert.ThrowsAsync<ProblemException>(() => AddAsync(null, new string('ü', 600_000)))).Status);

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("😀", "😀")]
    [InlineData("", "")]
    public async Task Strange_texts_are_stored_well_formed(string text, string stored)
    {
        await AddAsync("a", text);

        Assert.Equal([stored], await _database.ReadAsync(db => db.Query("SELECT text FROM documents", r => r.GetString(0))));
    }

    [Fact]
    public async Task Halves_of_surrogate_pairs_are_stored_as_replacement_characters()
    {
        await AddAsync("a", "\uDE00x\uD83D");

        Assert.Equal(["\uFFFDx\uFFFD"], await _database.ReadAsync(db => db.Query("SELECT text FROM documents", r => r.GetString(0))));
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private Task<AddedDocument> AddAsync(string? id, string text, DocumentConflict conflict = DocumentConflict.Replace) =>
        _store.AddAsync(
            new NewDocument(id, text, new Dictionary<string, IReadOnlyList<string>> { ["k"] = ["v", "v", "w"] }), conflict, CancellationToken.None);

    private Task<AddedDocument> AddEventAsync(string id, string origin) =>
        _store.AddAsync(
            new NewDocument(id, "first", new Dictionary<string, IReadOnlyList<string>>(), "tally", origin), DocumentConflict.Keep, CancellationToken.None);

    /// <summary>What the index of words says is there.</summary>
    private Task<IReadOnlyList<string>> WordsAsync() => _database.ReadAsync(db =>
    {
        db.Execute("INSERT INTO document_words (document_words) VALUES ('integrity-check')");
        return db.Query("SELECT text FROM document_words WHERE document_words MATCH 'first OR second OR third OR text'", r => r.GetString(0));
    });
}
