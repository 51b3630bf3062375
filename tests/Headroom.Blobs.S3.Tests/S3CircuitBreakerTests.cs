namespace Headroom.Blobs.S3.Tests;

[Collection(S3Tests.Name)]
public sealed class S3CircuitBreakerTests(SwiftServer server) : S3FaultFixture(server)
{
    [Fact]
    public async Task After_twenty_failures_S3_is_left_alone_for_ten_seconds_and_then_tried_again()
    {
        await using var store = OnClock(attempts: 1);
        Proxy.On("Put", e => e.AnswerAsync(500, "InternalError"));
        for (var i = 0; i < 20; i++)
            await Content.FailsAsync(BlobProblem.Unavailable, () => store.PutAsync("a", new byte[10]));
        Assert.Equal(20, Proxy.Requests);

        var open = await Content.FailsAsync(BlobProblem.Unavailable, () => store.PutAsync("a", new byte[10]));
        Assert.Equal(20, Proxy.Requests);
        Assert.InRange(open.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        // One is let through; as it fails, the others wait again.
        Clock.Advance(TimeSpan.FromSeconds(10));
        await Content.FailsAsync(BlobProblem.Unavailable, () => store.PutAsync("a", new byte[10]));
        await Content.FailsAsync(BlobProblem.Unavailable, () => store.PutAsync("a", new byte[10]));
        Assert.Equal(21, Proxy.Requests);

        Proxy.On("Put", e => e.PassAsync());
        Clock.Advance(TimeSpan.FromSeconds(10));
        await store.PutAsync("a", new byte[10]);
        await store.PutAsync("a", new byte[10]);
        Assert.Equal(23, Proxy.Requests);
    }

    [Fact]
    public async Task What_S3_refuses_for_good_does_not_open_it()
    {
        await using var store = OnClock(attempts: 1);

        for (var i = 0; i < 30; i++)
            await Content.FailsAsync(BlobProblem.NotFound, () => store.OpenReadAsync("missing"));

        Assert.Equal(30, Proxy.Requests);
    }
}
