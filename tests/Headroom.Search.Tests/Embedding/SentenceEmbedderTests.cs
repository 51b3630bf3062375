using Headroom.Budget;
using Headroom.Search.Embedding;
using Headroom.Search.Tests.Samples;

namespace Headroom.Search.Tests.Embedding;

public sealed class SentenceEmbedderTests(ModelFixture models)
{
    private static readonly string[] Texts =
    [
        .. Enumerable.Range(0, 100).Select(i => string.Concat(Enumerable.Repeat($"sentence {i} about things ", 1 + i % 40))),
    ];

    [Fact]
    public async Task Company_in_a_batch_changes_nothing_but_rounding()
    {
        var together = await models.Embedder.EmbedAsync(Texts, TestContext.Current.CancellationToken);

        for (var i = 0; i < Texts.Length; i += 7)
        {
            var alone = (await models.Embedder.EmbedAsync(new[] { Texts[i] }, TestContext.Current.CancellationToken))[0];
            Assert.Equal(alone.Tokens, together[i].Tokens);
            Assert.All(alone.Vector.Zip(together[i].Vector), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public async Task What_batches_leased_is_given_back()
    {
        // Its own memory: other tests embed at the same time.
        var pool = new MemoryBudget(ByteSize.FromMegabytes(256)).AddPool(new BudgetPoolOptions("embeddings", ByteSize.FromMegabytes(128)));
        var embedder = models.Open(models.UseLite, pool: pool);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => embedder.EmbedAsync(Texts, TestContext.Current.CancellationToken)));

        Assert.True(pool.GetStatus().Peak > ByteSize.Zero);
        Assert.Equal(ByteSize.Zero, pool.GetStatus().Leased);
    }

    [Fact]
    public async Task A_cancelled_call_ends_and_others_go_on()
    {
        var embedder = models.Open(models.UseLite, new BatchOptions(BatchTokens: 64, MaxTokensInFlight: 128, Runs: 1));
        using var leaving = new CancellationTokenSource();
        var gone = embedder.EmbedAsync(Texts, leaving.Token);
        var stays = embedder.EmbedAsync(Texts, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(Texts.Length, (await stays).Length);
    }

    [Fact]
    public async Task No_texts_have_no_vectors() =>
        Assert.Empty(await models.Embedder.EmbedAsync(ReadOnlyMemory<string>.Empty, TestContext.Current.CancellationToken));
}
