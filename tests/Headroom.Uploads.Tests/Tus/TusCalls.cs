using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Tus;

/// <summary>The calls of tus, as a client makes them.</summary>
internal static class TusCalls
{
    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    public static Uri FileOf(string location) => new("/api" + location, UriKind.Relative);

    public static HttpRequestMessage Request(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> bytes) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };

    public static async Task<string> CreateTusAsync(this UploadService service, long length, string? metadata = null)
    {
        using var request = Request(HttpMethod.Post, "/files", ("Upload-Length", length.ToString(CultureInfo.InvariantCulture)));
        if (metadata is not null)
            request.Headers.TryAddWithoutValidation("Upload-Metadata", metadata);
        using var created = await service.Http.SendAsync(request);
        Assert.True(created.StatusCode == HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return created.Headers.Location!.OriginalString;
    }

    public static async Task<HttpResponseMessage> PatchTusAsync(
        this UploadService service, string location, long offset, ReadOnlyMemory<byte> bytes, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Patch, location, [("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture)), .. headers]);
        request.Content = Content(bytes);
        return await service.Http.SendAsync(request);
    }

    public static async Task<HttpResponseMessage> HeadTusAsync(this UploadService service, string location)
    {
        using var request = Request(HttpMethod.Head, location);
        return await service.Http.SendAsync(request);
    }

    public static async Task<long> TusOffsetAsync(this UploadService service, string location)
    {
        using var head = await service.HeadTusAsync(location);
        return long.Parse(Header(head, "Upload-Offset")!, CultureInfo.InvariantCulture);
    }
}
