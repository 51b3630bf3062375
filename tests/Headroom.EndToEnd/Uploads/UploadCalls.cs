using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Headroom.EndToEnd.Uploads;

/// <summary>The calls of the upload service, as a client makes them.</summary>
internal static class UploadCalls
{
    public static async Task<string> BeginAsync(this HttpClient client, long size, long? partSize = null, string name = "file.bin")
    {
        using var answer = await client.PostAsJsonAsync("/api/uploads", new { name, size, part_size = partSize });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetString()!;
    }

    public static async Task<HttpResponseMessage> PutPartAsync(
        this HttpClient client, string id, int part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        using var body = new ReadOnlyMemoryContent(bytes);
        return await client.PutAsync(new Uri($"/api/uploads/{id}/parts/{part}", UriKind.Relative), body, cancellationToken);
    }

    public static Task<HttpResponseMessage> CompleteAsync(this HttpClient client, string id) =>
        client.PostAsync(new Uri($"/api/uploads/{id}/complete", UriKind.Relative), null);

    /// <summary>Uploads a file in one go.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> UploadAsync(this HttpClient client, byte[] bytes, int partSize = 1 << 20, string name = "file.bin")
    {
        var id = await client.BeginAsync(bytes.Length, partSize, name);
        await Parallel.ForAsync(
            0,
            (bytes.Length + partSize - 1) / partSize,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (i, cancellationToken) =>
            {
                using var put = await client.PutPartAsync(
                    id, i + 1, bytes.AsMemory(i * partSize, Math.Min(partSize, bytes.Length - (i * partSize))), cancellationToken);
                Assert.True(put.StatusCode == HttpStatusCode.NoContent, await put.Content.ReadAsStringAsync(cancellationToken));
            });
        using var complete = await client.CompleteAsync(id);
        Assert.True(complete.StatusCode == HttpStatusCode.OK, await complete.Content.ReadAsStringAsync());
        return id;
    }

    public static Task<byte[]> DownloadAsync(this HttpClient client, string id) => client.GetByteArrayAsync(new Uri($"/api/files/{id}", UriKind.Relative));

    public static async Task<string> CreateTusAsync(this HttpClient client, long length)
    {
        using var request = Tus(HttpMethod.Post, "/files", ("Upload-Length", Text(length)));
        using var answer = await client.SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }

    public static async Task<HttpResponseMessage> PatchTusAsync(
        this HttpClient client, string location, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        using var request = Tus(HttpMethod.Patch, location, ("Upload-Offset", Text(offset)));
        request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
        return await client.SendAsync(request, cancellationToken);
    }

    public static async Task<long> TusOffsetAsync(this HttpClient client, string location)
    {
        using var request = Tus(HttpMethod.Head, location);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // Content for tests, not secrets.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    private static HttpRequestMessage Tus(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return request;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
