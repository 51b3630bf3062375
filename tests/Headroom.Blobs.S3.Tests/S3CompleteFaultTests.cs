namespace Headroom.Blobs.S3.Tests;

[Collection(S3Tests.Name)]
public sealed class S3CompleteFaultTests(SwiftServer server) : S3FaultFixture(server)
{
    private static readonly byte[] Bytes = Content.Random(Content.PartBytes + 4321, seed: 101);

    [Fact]
    public async Task An_error_inside_a_200_is_seen_and_completing_is_tried_again()
    {
        Proxy.On("Complete", e => e.AnswerAsync(200, "InternalError"), times: 2);

        await Store.WriteObjectAsync("two-hundred", Bytes);

        Assert.Equal(3, Proxy.Seen("Complete").Count);
        Assert.Equal(Bytes, await Store.ReadAsync("two-hundred"));
    }

    [Fact]
    public async Task An_error_inside_a_200_that_stays_is_a_failure()
    {
        Proxy.On("Complete", e => e.AnswerAsync(200, "InternalError"));

        await Assert.ThrowsAsync<BlobException>(() => Store.WriteObjectAsync("never", Bytes));

        await Content.FailsAsync(BlobProblem.NotFound, () => Store.OpenReadAsync("never"));
    }

    [Fact]
    public async Task When_no_answer_came_S3_is_asked_before_it_is_told_again()
    {
        await using var store = OnClock();
        Proxy.On("Complete", NeverAnswerAsync, times: 1);

        await store.WriteObjectAsync("lost", Bytes);

        Assert.Single(Proxy.Seen("Complete"));
        Assert.Single(Proxy.Seen("Head"));
        Assert.Equal(Bytes, await store.ReadAsync("lost"));
    }

    /// <summary>.NET's HTTP client sends a request again by itself when a connection that was used before breaks.</summary>
    [Fact]
    public async Task When_S3_was_told_twice_and_knows_of_no_upload_any_more_the_object_counts()
    {
        Proxy.On("Complete", async e =>
        {
            Proxy.On("Complete", again => again.AnswerAsync(404, "NoSuchUpload"));
            await e.LoseAnswerAsync();
        });

        await Store.WriteObjectAsync("twice", Bytes);

        Assert.Equal(Bytes, await Store.ReadAsync("twice"));
    }

    [Fact]
    public async Task When_the_request_was_lost_S3_is_asked_and_told_again()
    {
        Proxy.On("Complete", e => e.ResetAsync(), times: 1);

        await Store.WriteObjectAsync("unheard", Bytes);

        Assert.Equal(2, Proxy.Seen("Complete").Count);
        Assert.Equal(Bytes, await Store.ReadAsync("unheard"));
    }

    [Fact]
    public async Task When_the_server_dies_before_the_answer_the_next_one_finds_the_object()
    {
        await using var dying = OnClock(attempts: 1);
        var upload = await dying.BeginAsync("next", Content.PartBytes);
        BlobPart[] parts =
        [
            await dying.WriteAsync(upload, 0, Bytes.AsMemory(0, Content.PartBytes)),
            await dying.WriteAsync(upload, Content.PartBytes, Bytes.AsMemory(Content.PartBytes), last: true),
        ];
        Proxy.On("Complete", NeverAnswerAsync, times: 1);
        await Content.FailsAsync(BlobProblem.Unavailable, () => dying.CompleteAsync(upload, parts));

        // What an S3 says that forgets uploads at once.
        Proxy.On("Complete", e => e.AnswerAsync(404, "NoSuchUpload"));
        await Store.CompleteAsync(upload, parts);

        Assert.Equal(Bytes, await Store.ReadAsync("next"));
    }

    [Fact]
    public async Task A_part_that_a_late_request_replaced_is_not_put_together()
    {
        var upload = await Store.BeginAsync("replaced", Content.PartBytes);
        var expected = await Store.WriteAsync(upload, 0, Bytes.AsMemory(0, Content.PartBytes));
        await Store.WriteAsync(upload, 0, Content.Random(Content.PartBytes, seed: 102));

        await Content.FailsAsync(BlobProblem.Conflict, () => Store.CompleteAsync(upload, [expected]));

        await Content.FailsAsync(BlobProblem.NotFound, () => Store.OpenReadAsync("replaced"));
    }

    [Fact]
    public async Task A_completed_object_leaves_no_pieces()
    {
        var upload = await Store.BeginAsync("pieces", Content.PartBytes);
        var parts = new List<BlobPart>();
        for (var end = 0; end < Bytes.Length; end = (int)parts[^1].End)
            parts.Add(await Store.WriteAsync(upload, end, Bytes.AsMemory(end, Math.Min(2_000_000, Bytes.Length - end))));

        await Store.CompleteAsync(upload, parts);

        Assert.Equal([new BlobEntry("pieces", null, default)], (await Store.ListAsync().ToListAsync()).Select(e => e with { Modified = default }));
        Assert.Equal(Bytes, await Store.ReadAsync("pieces"));
    }

    [Fact]
    public async Task Parts_that_are_too_few_for_S3_are_named()
    {
        var upload = await Store.BeginAsync("short", Content.PartBytes);
        var first = await Store.WriteAsync(upload, 0, new byte[1000], last: true);
        var second = await Store.WriteAsync(upload, 1000, new byte[1000]);

        var failed = await Content.FailsAsync(
            BlobProblem.Conflict, () => Store.CompleteAsync(upload, [first, second with { Offset = 1000, Length = 2 * Content.PartBytes }]));

        Assert.Contains("needs 3 parts", failed.Message, StringComparison.Ordinal);
    }

    private async Task NeverAnswerAsync(Exchange exchange)
    {
        await exchange.SwallowAnswerAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        await exchange.HangAsync();
    }
}
