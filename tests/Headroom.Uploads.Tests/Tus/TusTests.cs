using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Tus;

// SHA-1 is what the protocol asks for.
#pragma warning disable CA5350
public sealed class TusTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private UploadService _service = null!;

    public async ValueTask InitializeAsync() => _service = await UploadService.StartAsync(_folder.Path, _time, ("Uploads:Origins", "https://page.example"));

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Options_tell_what_the_server_can_do_to_anybody()
    {
        using var client = new HttpClient { BaseAddress = _service.Address };
        using var request = new HttpRequestMessage(HttpMethod.Options, "/files");

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("1.0.0", Header(answer, "Tus-Resumable"));
        Assert.Equal("1.0.0", Header(answer, "Tus-Version"));
        Assert.Equal("creation,creation-with-upload,termination,expiration,checksum", Header(answer, "Tus-Extension"));
        Assert.Equal("5368709120", Header(answer, "Tus-Max-Size"));
        Assert.Equal("sha1,sha256", Header(answer, "Tus-Checksum-Algorithm"));
    }

    [Fact]
    public async Task A_file_comes_in_pieces_of_any_length_and_is_the_file_of_the_same_id()
    {
        var bytes = Bytes.Of(300_000);
        var location = await CreateAsync(bytes.Length, $"filename {Base64("photo.jpg")},filetype {Base64("image/jpeg")}");
        var offset = 0;
        foreach (var length in new[] { 1, 65_536, 65_535, 100_000, 0, 68_928 })
        {
            using var patch = await PatchAsync(location, offset, bytes.AsMemory(offset, length));
            offset += length;
            Assert.Equal(HttpStatusCode.NoContent, patch.StatusCode);
            Assert.Equal(offset.ToString(CultureInfo.InvariantCulture), Header(patch, "Upload-Offset"));
        }

        using var file = await _service.Http.GetAsync(FileOf(location));

        Assert.Equal(bytes, await file.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/jpeg", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal("photo.jpg", file.Content.Headers.ContentDisposition?.FileNameStar);
    }

    [Fact]
    public async Task Head_tells_how_far_it_is_and_what_was_said_of_it()
    {
        var metadata = $"filename {Base64("ä.txt")},is_confidential,other {Base64("value")}";
        var location = await CreateAsync(1000, metadata);
        (await PatchAsync(location, 0, Bytes.Of(400))).Dispose();

        using var head = await HeadAsync(location);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("400", Header(head, "Upload-Offset"));
        Assert.Equal("1000", Header(head, "Upload-Length"));
        Assert.Equal(metadata, Header(head, "Upload-Metadata"));
        Assert.Equal("no-store", head.Headers.CacheControl?.ToString());
        Assert.True(DateTimeOffset.Parse(Header(head, "Upload-Expires")!, CultureInfo.InvariantCulture) > _time.Now.AddHours(23));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(399)]
    [InlineData(401)]
    [InlineData(1000)]
    public async Task Bytes_at_another_offset_are_refused(long offset)
    {
        var location = await CreateAsync(1000);
        (await PatchAsync(location, 0, Bytes.Of(400))).Dispose();

        using var patch = await PatchAsync(location, offset, Bytes.Of(10));

        Assert.Contains("400 of 1000", await patch.IsProblemAsync(409, "offset-conflict"));
        Assert.Equal("1.0.0", Header(patch, "Tus-Resumable"));
    }

    [Fact]
    public async Task An_interrupted_request_keeps_what_came()
    {
        var bytes = Bytes.Of(1_000_000);
        var location = await CreateAsync(bytes.Length);
        using (var request = await SlowRequest.OpenAsync(_service, $"PATCH {location}", bytes.Length, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"))
        {
            await request.SendAsync(bytes.AsMemory(0, 300_001));
            await request.EndEarlyAsync();
        }

        using var head = await HeadAsync(location);
        var offset = int.Parse(Header(head, "Upload-Offset")!, CultureInfo.InvariantCulture);
        // Kestrel drops what it had read ahead when a connection ends.
        Assert.InRange(offset, 300_001 - (32 * 1024), 300_001);

        using var rest = await PatchAsync(location, offset, bytes.AsMemory(offset));
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(FileOf(location)));
    }

    [Fact]
    public async Task Asking_how_far_it_is_ends_a_request_that_was_lost_and_keeps_its_bytes()
    {
        var bytes = Bytes.Of(1_000_000);
        var location = await CreateAsync(bytes.Length);
        using var lost = await SlowRequest.OpenAsync(_service, $"PATCH {location}", bytes.Length, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream");
        await lost.SendAsync(bytes.AsMemory(0, 200_000));
        await Eventually.TrueAsync(() => _service.Get<Budget.MemoryBudget>().GetPool("uploads").GetStatus().Leased > ByteSize.Zero);

        using var head = await HeadAsync(location);
        var offset = int.Parse(Header(head, "Upload-Offset")!, CultureInfo.InvariantCulture);
        Assert.Contains("urn:headroom:superseded", await lost.ReadToEndAsync("superseded"));
        Assert.InRange(offset, 0, 200_000);

        using var rest = await PatchAsync(location, offset, bytes.AsMemory(offset));
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(FileOf(location)));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task Bytes_that_add_up_are_taken_and_others_are_dropped(string algorithm)
    {
        var bytes = Bytes.Of(200_000);
        var location = await CreateAsync(bytes.Length);
        var good = $"{algorithm} {Convert.ToBase64String(algorithm == "sha1" ? SHA1.HashData(bytes) : SHA256.HashData(bytes))}";

        using var wrong = await PatchAsync(location, 0, Bytes.Of(200_000, seed: 2), ("Upload-Checksum", good));
        using var head = await HeadAsync(location);
        using var right = await PatchAsync(location, 0, bytes, ("Upload-Checksum", good));

        await wrong.IsProblemAsync(460, "checksum-mismatch");
        Assert.Equal("0", Header(head, "Upload-Offset"));
        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(FileOf(location)));
    }

    [Fact]
    public async Task Bytes_with_a_checksum_that_do_not_all_come_do_not_count()
    {
        var bytes = Bytes.Of(200_000);
        var location = await CreateAsync(bytes.Length);
        using (var request = await SlowRequest.OpenAsync(_service, $"PATCH {location}", bytes.Length, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream", $"Upload-Checksum: sha1 {Convert.ToBase64String(SHA1.HashData(bytes))}"))
        {
            await request.SendAsync(bytes.AsMemory(0, 100_000));
            await request.EndEarlyAsync();
        }

        using var head = await HeadAsync(location);

        Assert.Equal("0", Header(head, "Upload-Offset"));
    }

    [Theory]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("sha1 AAAA")]
    [InlineData("sha1 !")]
    [InlineData("sha1")]
    public async Task A_checksum_that_makes_no_sense_is_refused(string checksum)
    {
        var location = await CreateAsync(10);

        using var patch = await PatchAsync(location, 0, Bytes.Of(10), ("Upload-Checksum", checksum));

        await patch.IsProblemAsync(400, "bad-tus-request");
    }

    [Fact]
    public async Task The_first_bytes_may_come_with_the_creation()
    {
        var bytes = Bytes.Of(100_000);
        using var request = Request(HttpMethod.Post, "/files", ("Upload-Length", "100000"));
        request.Content = Content(bytes.AsMemory(0, 60_000));

        using var created = await _service.Http.SendAsync(request);
        var location = created.Headers.Location!.OriginalString;
        using var rest = await PatchAsync(location, 60_000, bytes.AsMemory(60_000));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("60000", Header(created, "Upload-Offset"));
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(FileOf(location)));
    }

    [Fact]
    public async Task A_file_without_bytes_is_complete_at_once()
    {
        var location = await CreateAsync(0);

        using var head = await HeadAsync(location);

        Assert.Equal("0", Header(head, "Upload-Offset"));
        Assert.Empty(await _service.Http.GetByteArrayAsync(FileOf(location)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_bytes_than_declared_are_refused(bool chunked)
    {
        var location = await CreateAsync(100);
        using var request = Request(HttpMethod.Patch, location, ("Upload-Offset", "0"));
        request.Content = chunked ? new ChunkedContent(Bytes.Of(101)) : new ByteArrayContent(Bytes.Of(101));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");

        using var patch = await _service.Http.SendAsync(request);

        await patch.IsProblemAsync(413, "too-many-bytes");
        using var head = await HeadAsync(location);
        Assert.Equal("0", Header(head, "Upload-Offset"));
    }

    [Fact]
    public async Task An_upload_can_be_terminated_before_and_after_it_is_complete()
    {
        var (open, complete) = (await CreateAsync(100), await CreateAsync(0));
        foreach (var location in new[] { open, complete })
        {
            using var request = Request(HttpMethod.Delete, location);
            using var deleted = await _service.Http.SendAsync(request);
            using var head = await HeadAsync(location);

            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        }
    }

    [Fact]
    public async Task Other_versions_of_the_protocol_are_told_ours()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files") { Headers = { { "Tus-Resumable", "0.2.2" }, { "Upload-Length", "1" } } };

        using var answer = await _service.Http.SendAsync(request);

        await answer.IsProblemAsync(412, "tus-version");
        Assert.Equal("1.0.0", Header(answer, "Tus-Version"));
    }

    [Theory]
    [InlineData("Upload-Defer-Length", "1")]
    [InlineData("Upload-Concat", "partial")]
    [InlineData("Upload-Length", "-1")]
    [InlineData("Upload-Length", "ten")]
    [InlineData("Upload-Metadata", "filename !!!")]
    [InlineData("Upload-Metadata", "a YQ==,a YQ==")]
    public async Task What_the_server_does_not_have_or_understand_is_refused(string header, string value)
    {
        using var request = header == "Upload-Length" ? Request(HttpMethod.Post, "/files", (header, value)) : Request(HttpMethod.Post, "/files", ("Upload-Length", "1"), (header, value));

        using var answer = await _service.Http.SendAsync(request);

        await answer.IsProblemAsync(400, "bad-tus-request");
    }

    [Fact]
    public async Task Patch_may_hide_behind_post()
    {
        var location = await CreateAsync(10);
        using var request = Request(HttpMethod.Post, location, ("Upload-Offset", "0"), ("X-HTTP-Method-Override", "PATCH"));
        request.Content = Content(Bytes.Of(10));

        using var patch = await _service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, patch.StatusCode);
    }

    [Fact]
    public async Task Bytes_of_another_type_are_refused()
    {
        var location = await CreateAsync(10);
        using var request = Request(HttpMethod.Patch, location, ("Upload-Offset", "0"));
        request.Content = new ByteArrayContent(Bytes.Of(10));

        using var patch = await _service.Http.SendAsync(request);

        await patch.IsProblemAsync(415, "unsupported-body");
    }

    [Theory]
    [InlineData("https://page.example", true)]
    [InlineData("https://other.example", false)]
    public async Task Only_pages_that_are_configured_may_upload_from_browsers(string origin, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/files/abc") { Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "PATCH" }, { "Access-Control-Request-Headers", "tus-resumable,upload-offset,authorization" } } };

        using var answer = await _service.Http.SendAsync(request);

        Assert.Equal(allowed ? origin : null, Header(answer, "Access-Control-Allow-Origin"));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private static Uri FileOf(string location) => new("/api" + location, UriKind.Relative);

    private static HttpRequestMessage Request(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };

    private async Task<string> CreateAsync(long length, string? metadata = null)
    {
        using var request = Request(HttpMethod.Post, "/files", ("Upload-Length", length.ToString(CultureInfo.InvariantCulture)));
        if (metadata is not null)
            request.Headers.TryAddWithoutValidation("Upload-Metadata", metadata);
        using var created = await _service.Http.SendAsync(request);
        Assert.True(created.StatusCode == HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return created.Headers.Location!.OriginalString;
    }

    private async Task<HttpResponseMessage> PatchAsync(string location, long offset, ReadOnlyMemory<byte> bytes, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Patch, location, [("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture)), .. headers]);
        request.Content = Content(bytes);
        return await _service.Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> HeadAsync(string location)
    {
        using var request = Request(HttpMethod.Head, location);
        return await _service.Http.SendAsync(request);
    }
}
