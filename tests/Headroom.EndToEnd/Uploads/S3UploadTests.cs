using System.Net.Http.Headers;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>Uploads to a bucket of a real S3 server.</summary>
public sealed class S3UploadTests(S3Server s3) : IClassFixture<S3Server>, IDisposable
{
    /// <summary>The shortest part that S3 takes.</summary>
    private const int PartSize = 5 * 1024 * 1024;

    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task What_was_uploaded_comes_back_and_another_program_sees_objects_that_it_cannot_read()
    {
        using var server = await Server.StartAsync(s3.Settings(_data.Path));
        var bytes = UploadCalls.Bytes((2 * PartSize) + 12_345, 1);

        var parts = await server.Http.UploadAsync(bytes, PartSize);
        var tus = await server.Http.CreateTusAsync(bytes.Length);
        for (var at = 0; at < bytes.Length; at += 3_000_000)
            (await server.Http.PatchTusAsync(tus, at, bytes.AsMemory(at, Math.Min(3_000_000, bytes.Length - at)))).EnsureSuccessStatusCode().Dispose();

        Assert.Equal(bytes, await server.Http.DownloadAsync(parts));
        Assert.Equal(bytes, await server.Http.GetByteArrayAsync(new Uri("/api" + tus, UriKind.Relative)));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/files/{parts}")
        {
            Headers = { Range = new RangeHeaderValue(PartSize - 10, PartSize + 9) },
        };
        using var range = await server.Http.SendAsync(request);
        Assert.Equal(bytes[(PartSize - 10)..(PartSize + 10)], await range.Content.ReadAsByteArrayAsync());
        var stored = await s3.GetAsync(parts);
        Assert.InRange(stored.Length, bytes.Length + 1, bytes.Length + (bytes.Length / 1000));
        Assert.Equal(-1, stored.AsSpan().IndexOf(bytes.AsSpan(1000, 16)));

        using var removed = await server.Http.DeleteAsync(new Uri($"/api/files/{parts}", UriKind.Relative));
        Assert.DoesNotContain(await s3.ListAsync(), line => line.Contains(parts, StringComparison.Ordinal));
        Assert.Contains(await s3.ListAsync(), line => line.EndsWith(tus[(tus.LastIndexOf('/') + 1)..], StringComparison.Ordinal));
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    [Fact]
    public async Task A_server_that_is_killed_goes_on_with_what_S3_has()
    {
        var bytes = UploadCalls.Bytes((2 * PartSize) + 1, 2);
        string parts, tus;
        using (var server = await Server.StartAsync(s3.Settings(_data.Path)))
        {
            parts = await server.Http.BeginAsync(bytes.Length, PartSize);
            tus = await server.Http.CreateTusAsync(bytes.Length);
            (await server.Http.PutPartAsync(parts, 3, bytes.AsMemory(2 * PartSize))).EnsureSuccessStatusCode().Dispose();
            (await server.Http.PutPartAsync(parts, 1, bytes.AsMemory(0, PartSize))).EnsureSuccessStatusCode().Dispose();
            (await server.Http.PatchTusAsync(tus, 0, bytes.AsMemory(0, 1_000_000))).EnsureSuccessStatusCode().Dispose();
            await server.Program.KillAsync();
        }
        using (var server = await Server.StartAsync(s3.Settings(_data.Path)))
        {
            var received = (await server.GetAsync($"/api/uploads/{parts}")).GetProperty("received").EnumerateArray().Select(n => n.GetInt32());
            Assert.Equal([1, 3], received);
            Assert.Equal(1_000_000, await server.Http.TusOffsetAsync(tus));
            (await server.Http.PutPartAsync(parts, 2, bytes.AsMemory(PartSize, PartSize))).EnsureSuccessStatusCode().Dispose();
            (await server.Http.CompleteAsync(parts)).EnsureSuccessStatusCode().Dispose();
            (await server.Http.PatchTusAsync(tus, 1_000_000, bytes.AsMemory(1_000_000))).EnsureSuccessStatusCode().Dispose();

            Assert.Equal(bytes, await server.Http.DownloadAsync(parts));
            Assert.Equal(bytes, await server.Http.GetByteArrayAsync(new Uri("/api" + tus, UriKind.Relative)));
            await server.StopAsync();
        }
    }

    public void Dispose() => _data.Dispose();
}
