using Headroom.Search.Embedding;
using Headroom.Search.Indexing;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Search.Tests.Indexing;

public sealed class UnhurriedEmbeddingTests
{
    private static readonly string[] Texts = ["a", "bb", "ccc"];
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _together = [];
    private readonly UnhurriedEmbedding _embedding;

    public UnhurriedEmbeddingTests() => _embedding = new UnhurriedEmbedding(EmbedAsync, _time);

    [Fact]
    public async Task While_nothing_comes_all_texts_go_together()
    {
        var embeddings = await _embedding.EmbedAsync(Texts, CancellationToken.None);

        Assert.Equal([3], _together);
        Assert.Equal([1, 2, 3], embeddings.Select(e => e.Tokens));
    }

    [Fact]
    public async Task While_documents_come_texts_go_one_by_one_and_in_order()
    {
        _embedding.Came();

        var embeddings = await _embedding.EmbedAsync(Texts, CancellationToken.None);

        Assert.Equal([1, 1, 1], _together);
        Assert.Equal([1, 2, 3], embeddings.Select(e => e.Tokens));
    }

    [Fact]
    public async Task Once_no_more_come_texts_go_together_again()
    {
        _embedding.Came();
        _time.Advance(TimeSpan.FromSeconds(1));

        await _embedding.EmbedAsync(Texts, CancellationToken.None);

        Assert.Equal([3], _together);
    }

    [Fact]
    public async Task No_texts_have_no_vectors() => Assert.Empty(await _embedding.EmbedAsync(Array.Empty<string>(), CancellationToken.None));

    private Task<SentenceEmbedding[]> EmbedAsync(ReadOnlyMemory<string> texts, CancellationToken cancellationToken)
    {
        _together.Add(texts.Length);
        return Task.FromResult(texts.ToArray().Select(t => new SentenceEmbedding([], t.Length)).ToArray());
    }
}
