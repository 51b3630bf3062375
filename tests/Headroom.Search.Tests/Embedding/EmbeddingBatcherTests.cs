using Headroom.Search.Embedding;

namespace Headroom.Search.Tests.Embedding;

public sealed class EmbeddingBatcherTests
{
    private readonly FakeRunner _runner = new();

    [Fact]
    public async Task A_text_alone_is_run_at_once()
    {
        var vector = Batcher().EmbedAsync(Ids(3), TestContext.Current.CancellationToken);

        (await _runner.NextAsync()).Finish();

        Assert.Equal(new float[] { 3 }, await vector);
    }

    [Fact]
    public async Task What_comes_during_a_run_goes_together_and_everybody_gets_their_own()
    {
        var batcher = Batcher();
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        var run = await _runner.NextAsync();
        var others = Enumerable.Range(2, 5).Select(n => batcher.EmbedAsync(Ids(n), TestContext.Current.CancellationToken)).ToList();
        run.Finish();

        var together = await _runner.NextAsync();
        together.Finish();

        Assert.Equal(5, together.Texts.Count);
        Assert.Equal(new float[] { 1 }, await first);
        for (var i = 0; i < others.Count; i++)
            Assert.Equal(new float[] { i + 2 }, await others[i]);
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_its_padded_tokens_allow()
    {
        var batcher = Batcher(batchTokens: 12);
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        var run = await _runner.NextAsync();
        var others = Enumerable.Range(0, 5).Select(_ => batcher.EmbedAsync(Ids(4), TestContext.Current.CancellationToken)).ToList();
        run.Finish();

        var (second, rest) = (await FinishNextAsync(), await FinishNextAsync());

        Assert.Equal((3, 2), (second.Texts.Count, rest.Texts.Count));
        await Task.WhenAll([first, .. others]);
    }

    [Fact]
    public async Task Texts_of_similar_length_go_together_and_the_one_that_waits_longest_goes_first()
    {
        var batcher = Batcher(batchTokens: 32);
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        var run = await _runner.NextAsync();
        int[] lengths = [10, 2, 10, 3, 11];
        var others = lengths.Select(n => batcher.EmbedAsync(Ids(n), TestContext.Current.CancellationToken)).ToList();
        run.Finish();

        var second = await FinishNextAsync();
        var third = await FinishNextAsync();

        Assert.Equal([10, 10, 3], second.Texts.Select(t => t.Length).OrderDescending());
        Assert.Equal([11, 2], third.Texts.Select(t => t.Length).OrderDescending());
        await Task.WhenAll([first, .. others]);
    }

    [Fact]
    public async Task A_text_longer_than_a_batch_runs_alone()
    {
        var vector = Batcher(batchTokens: 8, maxTokensInFlight: 16).EmbedAsync(Ids(100), TestContext.Current.CancellationToken);

        Assert.Equal([100], (await FinishNextAsync()).Texts.Select(t => t.Length));
        Assert.Equal(new float[] { 100 }, await vector);
    }

    [Fact]
    public async Task A_caller_that_left_is_dropped_from_the_batch()
    {
        var batcher = Batcher();
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        var run = await _runner.NextAsync();
        using var leaving = new CancellationTokenSource();
        var gone = batcher.EmbedAsync(Ids(2), leaving.Token);
        var stays = batcher.EmbedAsync(Ids(3), TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        run.Finish();

        var second = await FinishNextAsync();

        Assert.Equal([3], second.Texts.Select(t => t.Length));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await Task.WhenAll(first, stays);
        Assert.Equal(0, batcher.TokensInFlight);
    }

    [Fact]
    public async Task Tokens_in_flight_are_bounded_and_others_come_in_as_they_leave()
    {
        var batcher = Batcher(batchTokens: 10, maxTokensInFlight: 20);
        var all = Enumerable.Range(0, 50).Select(_ => batcher.EmbedAsync(Ids(5), TestContext.Current.CancellationToken)).ToList();

        for (var left = 50; left > 0;)
        {
            Assert.InRange(batcher.TokensInFlight, 1, 20);
            left -= (await FinishNextAsync()).Texts.Count;
        }

        await Task.WhenAll(all);
        Assert.Equal(0, batcher.TokensInFlight);
    }

    [Fact]
    public async Task Whoever_leaves_the_line_outside_does_not_hold_it_up()
    {
        var batcher = Batcher(batchTokens: 10, maxTokensInFlight: 10);
        var first = batcher.EmbedAsync(Ids(10), TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var gone = batcher.EmbedAsync(Ids(10), leaving.Token);
        var stays = batcher.EmbedAsync(Ids(9), TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await FinishNextAsync();

        Assert.Equal([9], (await FinishNextAsync()).Texts.Select(t => t.Length));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await Task.WhenAll(first, stays);
    }

    [Fact]
    public async Task A_run_that_fails_fails_its_batch_and_no_other()
    {
        var batcher = Batcher();
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        (await _runner.NextAsync()).Fail(new InvalidOperationException("It broke."));

        Assert.Equal("It broke.", (await Assert.ThrowsAsync<InvalidOperationException>(() => first)).Message);
        var second = batcher.EmbedAsync(Ids(2), TestContext.Current.CancellationToken);
        await FinishNextAsync();
        Assert.Equal(new float[] { 2 }, await second);
    }

    [Fact]
    public async Task A_second_run_starts_beside_the_first_after_the_window()
    {
        var batcher = new EmbeddingBatcher(
            _runner.RunAsync, new BatchOptions(64, 640, Runs: 2) { Window = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        var run = await _runner.NextAsync();

        var second = batcher.EmbedAsync(Ids(2), TestContext.Current.CancellationToken);
        await FinishNextAsync();

        Assert.Equal(new float[] { 2 }, await second);
        Assert.False(first.IsCompleted);
        run.Finish();
        await first;
    }

    [Fact]
    public async Task Runs_share_what_waits_in_shrinking_pieces_and_too_little_for_a_run_waits_for_company()
    {
        var batcher = new EmbeddingBatcher(_runner.RunAsync, new BatchOptions(512, 6400, Runs: 2) { Window = TimeSpan.FromMinutes(5) }, TimeProvider.System);
        var first = batcher.EmbedAsync(Ids(1), TestContext.Current.CancellationToken);
        var alone = await _runner.NextAsync();
        var second = batcher.EmbedAsync(Ids(BatchOptions.WorthARun), TestContext.Current.CancellationToken);
        var beside = await _runner.NextAsync();
        var others = Enumerable.Range(0, 40).Select(_ => batcher.EmbedAsync(Ids(10), TestContext.Current.CancellationToken)).ToList();
        alone.Finish();
        await first;

        List<int> sizes = [];
        while (sizes.Count < 3)
            sizes.Add((await FinishNextAsync()).Texts.Count);

        Assert.Equal([20, 10, 6], sizes);
        beside.Finish();
        Assert.Equal(4, (await FinishNextAsync()).Texts.Count);
        await Task.WhenAll([second, .. others]);
    }

    private EmbeddingBatcher Batcher(int batchTokens = 64, int maxTokensInFlight = 640) =>
        new(_runner.RunAsync, new BatchOptions(batchTokens, maxTokensInFlight, Runs: 1), TimeProvider.System);

    private static int[] Ids(int count) => new int[count];

    private async Task<FakeRunner.Run> FinishNextAsync()
    {
        var run = await _runner.NextAsync();
        run.Finish();
        return run;
    }
}
