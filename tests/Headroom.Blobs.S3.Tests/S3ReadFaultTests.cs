namespace Headroom.Blobs.S3.Tests;

[Collection(S3Tests.Name)]
public sealed class S3ReadFaultTests(SwiftServer server) : S3FaultFixture(server)
{
    private static readonly byte[] Bytes = Content.Random(3_000_000, seed: 103);

    [Fact]
    public async Task A_download_goes_on_where_it_broke()
    {
        await Store.WriteObjectAsync("broken", Bytes);
        Proxy.On("Get", e => e.PassAsync(breakAfter: 1_000_000), times: 2);

        Assert.Equal(Bytes[7..], await Store.ReadAsync("broken", 7));

        Assert.Equal(3, Proxy.Seen("Get").Count);
        Assert.Equal("bytes=7-", Proxy.Seen("Get")[0].Headers["Range"]);
    }

    [Fact]
    public async Task A_download_that_always_breaks_at_once_fails()
    {
        await Store.WriteObjectAsync("breaking", Bytes);
        Proxy.On("Get", e => e.PassAsync(breakAfter: 1_000_000), times: 1);
        await using var stream = await Store.OpenReadAsync("breaking");
        Proxy.On("Get", e => e.ResetAsync());

        await Content.FailsAsync(BlobProblem.Unavailable, () => stream.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task The_rest_of_another_version_is_not_taken()
    {
        await Store.PutAsync("changed", Bytes.AsMemory(0, 1_000_000));
        Proxy.On("Get", e => e.PassAsync(breakAfter: 500_000), times: 1);
        await using var stream = await Store.OpenReadAsync("changed");
        await Store.PutAsync("changed", Bytes.AsMemory(1_000_000, 1_000_000));

        await Assert.ThrowsAsync<BlobException>(() => stream.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_download_that_stalls_is_asked_for_again()
    {
        await Store.WriteObjectAsync("stalled", Bytes);
        await using var store = OnClock();
        Proxy.On("Get", e => e.PassAsync(breakAfter: 1_000_000, stall: async () =>
        {
            // Until the reader has waited for so long that it leaves.
            while (true)
            {
                Clock.Advance(TimeSpan.FromSeconds(30));
                await Task.Delay(20, e.Gone);
            }
        }), times: 1);

        Assert.Equal(Bytes, await store.ReadAsync("stalled"));
    }

    [Fact]
    public async Task Reading_is_asynchronous_only()
    {
        await Store.WriteObjectAsync("synchronous", Bytes);
        await using var stream = await Store.OpenReadAsync("synchronous");

#pragma warning disable CA1849, MA0042 // That is the test.
        Assert.Throws<NotSupportedException>(() => stream.Read(new byte[10], 0, 10));
#pragma warning restore CA1849, MA0042
    }
}
