using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>S3 goes away under uploads, and comes back.</summary>
public sealed class S3DownTests : IAsyncLifetime
{
    private const int PartSize = 5 * 1024 * 1024;

    private readonly S3Server _s3 = new();
    private readonly TemporaryFolder _data = new();

    public ValueTask InitializeAsync() => _s3.InitializeAsync();

    [Fact]
    public async Task While_S3_is_down_clients_are_told_to_come_back_and_nothing_that_was_acknowledged_is_lost()
    {
        using var server = await Server.StartAsync(_s3.Settings(_data.Path));
        var bytes = UploadCalls.Bytes(2 * PartSize, 3);
        var file = await server.Http.UploadAsync([1, 2, 3], PartSize);
        var id = await server.Http.BeginAsync(bytes.Length, PartSize);
        (await server.Http.PutPartAsync(id, 1, bytes.AsMemory(0, PartSize))).EnsureSuccessStatusCode().Dispose();

        await _s3.StopAsync();
        using (var put = await server.Http.PutPartAsync(id, 2, bytes.AsMemory(PartSize)))
        {
            await put.IsProblemAsync(503, "store-unavailable");
            Assert.True(put.Headers.RetryAfter?.Delta > TimeSpan.Zero, "It does not say when to come back.");
        }
        using (var read = await server.Http.GetAsync(new Uri($"/api/files/{file}", UriKind.Relative)))
            await read.IsProblemAsync(503, "store-unavailable");
        Assert.Equal([1], (await server.GetAsync($"/api/uploads/{id}")).GetProperty("received").EnumerateArray().Select(n => n.GetInt32()));

        await _s3.StartAsync();
        await RetryAsync(() => server.Http.PutPartAsync(id, 2, bytes.AsMemory(PartSize)));
        await RetryAsync(() => server.Http.CompleteAsync(id));
        Assert.Equal(bytes, await server.Http.DownloadAsync(id));
        Assert.Equal([1, 2, 3], await server.Http.DownloadAsync(file));
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>As a client does: again when it was told to.</summary>
    private static async Task RetryAsync(Func<Task<HttpResponseMessage>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await ask();
            if (answer.IsSuccessStatusCode)
                return;
            Assert.True((int)answer.StatusCode == 503 && attempt < 10, $"{(int)answer.StatusCode} at attempt {attempt}");
            await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value);
        }
    }
}
