using System.Net;
using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Tus;

public sealed class TusProtocolTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private UploadService _service = null!;

    public async ValueTask InitializeAsync() => _service = await UploadService.StartAsync(_folder.Path, null, ("Uploads:Origins", "https://page.example"));

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
        Assert.Equal("1.0.0", TusCalls.Header(answer, "Tus-Resumable"));
        Assert.Equal("1.0.0", TusCalls.Header(answer, "Tus-Version"));
        Assert.Equal("creation,creation-with-upload,termination,expiration,checksum", TusCalls.Header(answer, "Tus-Extension"));
        Assert.Equal("5368709120", TusCalls.Header(answer, "Tus-Max-Size"));
        Assert.Equal("sha1,sha256", TusCalls.Header(answer, "Tus-Checksum-Algorithm"));
    }

    [Fact]
    public async Task Other_versions_of_the_protocol_are_told_ours()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files") { Headers = { { "Tus-Resumable", "0.2.2" }, { "Upload-Length", "1" } } };

        using var answer = await _service.Http.SendAsync(request);

        await answer.IsProblemAsync(412, "tus-version");
        Assert.Equal("1.0.0", TusCalls.Header(answer, "Tus-Version"));
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
        using var request = header == "Upload-Length"
            ? TusCalls.Request(HttpMethod.Post, "/files", (header, value))
            : TusCalls.Request(HttpMethod.Post, "/files", ("Upload-Length", "1"), (header, value));

        using var answer = await _service.Http.SendAsync(request);

        await answer.IsProblemAsync(400, "bad-tus-request");
    }

    [Fact]
    public async Task Patch_may_hide_behind_post()
    {
        var location = await _service.CreateTusAsync(10);
        using var request = TusCalls.Request(HttpMethod.Post, location, ("Upload-Offset", "0"), ("X-HTTP-Method-Override", "PATCH"));
        request.Content = TusCalls.Content(Bytes.Of(10));

        using var patch = await _service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, patch.StatusCode);
    }

    [Fact]
    public async Task Bytes_of_another_type_are_refused()
    {
        var location = await _service.CreateTusAsync(10);
        using var request = TusCalls.Request(HttpMethod.Patch, location, ("Upload-Offset", "0"));
        request.Content = new ByteArrayContent(Bytes.Of(10));

        using var patch = await _service.Http.SendAsync(request);

        await patch.IsProblemAsync(415, "unsupported-body");
    }

    [Theory]
    [InlineData("https://page.example", true)]
    [InlineData("https://other.example", false)]
    public async Task Only_pages_that_are_configured_may_upload_from_browsers(string origin, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/files/abc")
        {
            Headers =
        {
            { "Origin", origin },
            { "Access-Control-Request-Method", "PATCH" },
            { "Access-Control-Request-Headers", "tus-resumable,upload-offset,authorization" },
        }
        };

        using var answer = await _service.Http.SendAsync(request);

        Assert.Equal(allowed ? origin : null, TusCalls.Header(answer, "Access-Control-Allow-Origin"));
    }
}
