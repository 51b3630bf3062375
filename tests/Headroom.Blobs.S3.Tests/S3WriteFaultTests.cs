using System.Net;
using System.Net.Sockets;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3.Tests;

[Collection(S3Tests.Name)]
public sealed class S3WriteFaultTests(SwiftServer server) : S3FaultFixture(server)
{
    private static readonly byte[] Bytes = Content.Random(Content.PartBytes, seed: 100);

    [Fact]
    public async Task A_part_is_sent_again_when_S3_says_slow_down()
    {
        Proxy.On("UploadPart", e => e.AnswerAsync(503, "SlowDown"), times: 3);

        await WriteAndCheckAsync();

        Assert.Equal(4, Proxy.Seen("UploadPart").Count);
    }

    [Fact]
    public async Task A_part_is_sent_again_when_the_connection_breaks_in_the_middle()
    {
        Proxy.On("UploadPart", e => e.ResetAsync(), times: 2);

        await WriteAndCheckAsync();
    }

    [Fact]
    public async Task A_part_is_sent_again_when_its_answer_was_lost()
    {
        Proxy.On("UploadPart", e => e.LoseAnswerAsync(), times: 1);

        await WriteAndCheckAsync();
    }

    [Fact]
    public async Task A_part_is_sent_again_when_there_is_no_answer_in_time()
    {
        await using var store = OnClock();
        Proxy.On("UploadPart", async e =>
        {
            // 30 seconds, and one for each 256 KiB of 5 MiB.
            Clock.Advance(TimeSpan.FromSeconds(49));
            Assert.False(e.Gone.IsCancellationRequested);
            Clock.Advance(TimeSpan.FromSeconds(1));
            await e.HangAsync();
        }, times: 1);

        await store.WriteObjectAsync("slow", Bytes);

        Assert.Equal(Bytes, await store.ReadAsync("slow"));
        Assert.Equal(2, Proxy.Seen("UploadPart").Count);
    }

    [Fact]
    public async Task A_part_that_was_damaged_on_its_way_is_refused_by_S3_and_sent_again()
    {
        Proxy.On("UploadPart", e => e.PassAsync(damageRequest: body => body.Span[1_000_000] ^= 1), times: 2);

        await WriteAndCheckAsync();

        Assert.All(Proxy.Seen("UploadPart"), e => Assert.Equal(Convert.ToBase64String(Md5(Bytes)), e.Headers["Content-MD5"]));
    }

    [Fact]
    public async Task A_wrong_ETag_is_not_believed()
    {
        Proxy.On("UploadPart", e => e.PassAsync(damageAnswer: headers => headers.ETag = "\"00000000000000000000000000000000\""), times: 1);
        await WriteAndCheckAsync();

        Proxy.On("UploadPart", e => e.PassAsync(damageAnswer: headers => headers.ETag = "\"00000000000000000000000000000000\""));
        var failed = await Content.FailsAsync(BlobProblem.Damaged, () => Store.WriteObjectAsync("wrong-etag", Bytes));
        Assert.Contains("EtagIsMd5", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_ETags_are_no_MD5_they_are_taken_as_they_are()
    {
        await using var store = new S3Store(Options(etagIsMd5: false), Spool);
        Proxy.On("UploadPart", e => e.PassAsync(damageAnswer: headers => headers.ETag = "\"other\""));

        var upload = await store.BeginAsync("other-etag", Content.PartBytes);

        Assert.Equal("other", (await store.WriteAsync(upload, 0, Bytes)).Tag);
    }

    [Fact]
    public async Task When_S3_stays_overloaded_the_part_fails_and_can_be_written_again()
    {
        var upload = await Store.BeginAsync("overloaded", Content.PartBytes);
        Proxy.On("UploadPart", e => e.AnswerAsync(503, "SlowDown"), times: 5);

        var failed = await Content.FailsAsync(BlobProblem.Unavailable, () => Store.WriteAsync(upload, 0, Bytes));

        Assert.Contains("503 SlowDown", failed.Message, StringComparison.Ordinal);
        Assert.True(failed.RetryAfter > TimeSpan.Zero);
        Assert.Equal(0, Spool.GetStatus().Leased.Bytes);
        await Store.CompleteAsync(upload, [await Store.WriteAsync(upload, 0, Bytes)]);
        Assert.Equal(Bytes, await Store.ReadAsync("overloaded"));
    }

    [Fact]
    public async Task When_S3_is_down_that_is_said()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var endpoint = new Uri($"http://{nobody.LocalEndpoint}");
        nobody.Stop();
        await using var store = new S3Store(Options(endpoint: endpoint), Spool);

        var failed = await Content.FailsAsync(BlobProblem.Unavailable, () => store.BeginAsync("down", Content.PartBytes));

        Assert.Contains("the connection failed", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_S3_refuses_is_not_tried_again_and_the_message_holds_no_key()
    {
        await using var store = new S3Store(Options(secretKey: "wrong-secret"), Spool);

        var failed = await Content.FailsAsync(BlobProblem.Refused, () => store.PutAsync("refused", new byte[10]));

        Assert.Equal(1, Proxy.Requests);
        Assert.Contains("403", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", failed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(SwiftServer.AccessKey, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_named_as_the_reason()
    {
        Proxy.On("Begin", e => e.AnswerAsync(404, "NoSuchBucket"));

        var failed = await Content.FailsAsync(BlobProblem.Refused, () => Store.BeginAsync("no-bucket", Content.PartBytes));

        Assert.Contains("no such bucket", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Giving_up_in_the_middle_gives_back_the_spool_and_the_place()
    {
        using var giveUp = new CancellationTokenSource();
        Proxy.On("UploadPart", async e =>
        {
            await giveUp.CancelAsync();
            await e.HangAsync();
        }, times: 1);
        var upload = await Store.BeginAsync("given-up", Content.PartBytes);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync(upload, 0, Bytes, cancellationToken: giveUp.Token));

        Assert.Equal(0, Spool.GetStatus().Leased.Bytes);
        await Store.CompleteAsync(upload, [await Store.WriteAsync(upload, 0, Bytes)]);
    }

    /// <summary>Swift checks no CRC-32C and refuses to hear of it when it completes, so that is answered here.</summary>
    [Fact]
    public async Task Checksums_are_sent_where_they_are_wanted()
    {
        await using var store = new S3Store(Options(sendChecksums: true), Spool);

        var etag = S3Content.EtagOfParts([new S3PartTag(Convert.ToHexString(Md5(Bytes)), "")]);
        Proxy.On("Complete", e => e.AnswerAsync($"<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>"));

        await store.WriteObjectAsync("checksums", Bytes);
        await store.PutAsync("small", "123456789"u8.ToArray());

        Assert.Equal("CRC32C", Assert.Single(Proxy.Seen("Begin")).Headers["x-amz-checksum-algorithm"]);
        Assert.Contains($"<ChecksumCRC32C>{Crc32C(Bytes)}</ChecksumCRC32C>", Assert.Single(Proxy.Seen("Complete")).Body, StringComparison.Ordinal);
        Assert.All(Proxy.Seen("UploadPart"), e => Assert.Equal(Crc32C(Bytes), e.Headers["x-amz-checksum-crc32c"]));
        // The check value of CRC-32C in RFC 3720: E3069283.
        Assert.Equal(Convert.ToBase64String([0xE3, 0x06, 0x92, 0x83]), Assert.Single(Proxy.Seen("Put")).Headers["x-amz-checksum-crc32c"]);
    }

    [Fact]
    public async Task No_checksum_headers_are_sent_where_they_are_not_wanted()
    {
        await Store.WriteObjectAsync("plain", Bytes);

        Assert.DoesNotContain(
            Proxy.Seen("UploadPart").Concat(Proxy.Seen("Begin")).SelectMany(e => e.Headers.Keys),
            name => name.Contains("checksum", StringComparison.OrdinalIgnoreCase));
    }

    private static byte[] Md5(byte[] bytes) =>
#pragma warning disable CA5351 // What S3 speaks.
        System.Security.Cryptography.MD5.HashData(bytes);
#pragma warning restore CA5351

    /// <summary>Bit by bit, straight from the definition: polynomial 1EDC6F41, reflected.</summary>
    private static string Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }
        crc = ~crc;
        return Convert.ToBase64String([(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc]);
    }

    private async Task WriteAndCheckAsync()
    {
        await Store.WriteObjectAsync("written", Bytes);
        Assert.Equal(Bytes, await Store.ReadAsync("written"));
    }
}
