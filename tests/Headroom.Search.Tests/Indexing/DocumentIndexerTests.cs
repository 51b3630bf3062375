using Headroom.Budget;
using Headroom.Search.Documents;
using Headroom.Search.Embedding;
using Headroom.Search.Indexing;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;
using Headroom.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Search.Tests.Indexing;

public sealed class DocumentIndexerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 10, 8, 0, 0, TimeSpan.Zero));
    private readonly DocumentFolder _documents;

    public DocumentIndexerTests() => _documents = new DocumentFolder(time: _time);

    [Fact]
    public async Task What_was_added_is_found_by_words_at_once_and_by_meaning_once_it_is_indexed()
    {
        var id = await _documents.AddAsync("apples");
        Assert.Equal([id], await _documents.FindAsync("apples"));
        Assert.Empty(await _documents.FindAsync("anything", DocumentFolder.VectorOf("a")));

        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal([id], await _documents.FindAsync("anything", DocumentFolder.VectorOf("a"), SearchMode.Semantic));
        Assert.Equal(new DocumentCounts(0, 1, 0, null), await _documents.CountAsync());
    }

    [Fact]
    public async Task The_end_of_a_long_text_is_found_by_meaning()
    {
        var id = await _documents.AddAsync(string.Concat(Enumerable.Repeat("bbbbbbbbb ", 100)) + "\n" + string.Concat(Enumerable.Repeat("ccccccccc ", 39)));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        var hits = await _documents.Search.FindAsync(
            new SearchQuery("x", 10, SearchMode.Semantic, DocumentFolder.Fields()), DocumentFolder.VectorOf("c"), default, CancellationToken.None);

        var hit = Assert.Single(hits);
        Assert.Equal(1, hit.Score, 1e-6);
        Assert.Equal(id, (await _documents.Store.FindAsync(hit.Key, 10, CancellationToken.None))!.Id);
        Assert.True(hit.Passage > 1);
    }

    [Fact]
    public async Task A_replaced_document_is_never_found_by_what_it_said()
    {
        await _documents.AddAsync("apples", "a");
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);
        await _documents.AddAsync("bananas", "a");

        Assert.Empty(await _documents.FindAsync("apples", DocumentFolder.VectorOf("a"), SearchMode.Hybrid));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal(["a"], await _documents.FindAsync("x", DocumentFolder.VectorOf("b"), SearchMode.Semantic));
        Assert.Equal(1, _documents.Index.Count);
    }

    [Fact]
    public async Task A_document_that_is_removed_while_it_is_embedded_leaves_nothing()
    {
        await _documents.AddAsync("apples", "a");

        await _documents.IndexAsync(async (texts, cancellationToken) =>
        {
            await _documents.Store.RemoveAsync("a", cancellationToken);
            return await DocumentFolder.EmbedFirst(texts, cancellationToken);
        });

        Assert.Equal(0, _documents.Index.Count);
        Assert.Equal(0, (await _documents.CountAsync()).All);
    }

    [Fact]
    public async Task A_removed_document_is_not_found_before_its_vectors_are_gone_nor_after()
    {
        await _documents.AddAsync("apples", "a");
        await _documents.AddAsync("avocados", "b");
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);
        Assert.True(await _documents.Store.RemoveAsync("a", CancellationToken.None));

        Assert.Equal(["b"], await _documents.FindAsync("apples", DocumentFolder.VectorOf("a"), limit: 1));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal(["b"], await _documents.FindAsync("apples", DocumentFolder.VectorOf("a"), limit: 1));
        Assert.Equal(1, _documents.Index.Count);
        Assert.Empty(await _documents.Queue.RemovedAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task One_bad_document_is_tried_a_few_times_and_left_and_the_others_are_indexed()
    {
        await _documents.AddAsync("bad", "bad");
        for (var i = 0; i < 10; i++)
            await _documents.AddAsync("apples", $"good{i}");

        await _documents.IndexAsync(EmbedNothingBad);
        Assert.Equal((1, 10), ((await _documents.CountAsync()).Pending, (await _documents.CountAsync()).Indexed));

        for (var attempt = 2; attempt <= DocumentQueue.MostAttempts; attempt++)
        {
            Assert.Equal(attempt - 1, (await _documents.Store.FindAsync("bad", 10, CancellationToken.None))!.Attempts);
            Assert.Empty(await _documents.Queue.TakeAsync(10, CancellationToken.None));
            _time.Advance(DocumentQueue.PauseAfter(attempt - 1));
            await _documents.IndexAsync(EmbedNothingBad);
        }

        var left = await _documents.Store.FindAsync("bad", 10, CancellationToken.None);
        Assert.Equal((DocumentState.Failed, "It is bad."), (left!.State, left.Error));
        Assert.Equal(["bad"], await _documents.FindAsync("bad"));
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Empty(await _documents.Queue.TakeAsync(10, CancellationToken.None));

        Assert.True(await _documents.Store.RetryAsync("bad", CancellationToken.None));
        Assert.False(await _documents.Store.RetryAsync("bad", CancellationToken.None));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);
        Assert.Equal(new DocumentCounts(0, 11, 0, null), await _documents.CountAsync());
    }

    [Fact]
    public async Task When_nothing_can_be_embedded_no_document_is_to_blame()
    {
        await _documents.AddAsync("bad one", "a");
        await _documents.AddAsync("bad two", "b");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _documents.IndexAsync(EmbedNothingBad));

        Assert.Equal(0, (await _documents.Store.FindAsync("a", 10, CancellationToken.None))!.Attempts);
    }

    [Fact]
    public async Task Memory_that_is_refused_is_no_failed_attempt()
    {
        await _documents.AddAsync("apples", "a");

        await Assert.ThrowsAsync<MemoryLeaseRefusedException>(() => _documents.IndexAsync(
            (_, _) => throw new MemoryLeaseRefusedException("embeddings", LeaseRefusal.TimedOut, new ByteSize(1), TimeSpan.FromSeconds(1), "No memory.")));

        Assert.Equal(
            (0, DocumentState.Pending),
            (
                (await _documents.Store.FindAsync("a", 10, CancellationToken.None))!.Attempts,
                (await _documents.Store.FindAsync("a", 10, CancellationToken.None))!.State));
    }

    [Fact]
    public async Task A_vector_that_is_no_vector_fails_its_document_alone()
    {
        await _documents.AddAsync("bad", "bad");
        await _documents.AddAsync("apples", "good");

        await _documents.IndexAsync(
            (texts, _) => Task.FromResult(texts
                .ToArray()
                .Select(t => new SentenceEmbedding(t == "bad" ? [.. Enumerable.Repeat(float.NaN, DocumentFolder.Dimensions)] : DocumentFolder.VectorOf(t), 1))
                .ToArray()));

        Assert.Equal(new DocumentCounts(1, 1, 0, _time.GetUtcNow()), await _documents.CountAsync());
        Assert.Contains("not a finite number", (await _documents.Store.FindAsync("bad", 10, CancellationToken.None))!.Error);
    }

    [Fact]
    public async Task Work_that_a_crash_cut_between_vectors_and_record_is_done_again_to_the_same_end()
    {
        await _documents.AddAsync("apples", "a");
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);
        await _documents.Database.WriteAsync(db => db.Execute("UPDATE documents SET state = 0, passages = 0"));

        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal((1, 0), (_documents.Index.Count, (int)(await _documents.CountAsync()).Pending));
    }

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    private static Task<SentenceEmbedding[]> EmbedNothingBad(ReadOnlyMemory<string> texts, CancellationToken cancellationToken) =>
        texts.ToArray().Any(t => t.StartsWith("bad", StringComparison.Ordinal))
            ? throw new InvalidOperationException("It is bad.")
            : DocumentFolder.EmbedFirst(texts, cancellationToken);
}
