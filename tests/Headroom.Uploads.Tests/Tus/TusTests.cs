using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Headroom.Uploads.Tests.Serving;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Uploads.Tests.Tus;

// SHA-1 is what the protocol asks for.
#pragma warning disable CA5350
public sealed class TusTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private UploadService _service = null!;

    public async ValueTask InitializeAsync() => _service = await UploadService.StartAsync(_folder.Path, _time, ("Uploads:Origins", "https://page.example"));

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_comes_in_pieces_of_any_length_and_is_the_file_of_the_same_id()
    {
        var bytes = Bytes.Of(300_000);
        var location = await _service.CreateTusAsync(bytes.Length, $"filename {TusCalls.Base64("photo.jpg")},filetype {TusCalls.Base64("image/jpeg")}");
        var offset = 0;
        foreach (var length in new[] { 1, 65_536, 65_535, 100_000, 0, 68_928 })
        {
            using var patch = await _service.PatchTusAsync(location, offset, bytes.AsMemory(offset, length));
            offset += length;
            Assert.Equal(HttpStatusCode.NoContent, patch.StatusCode);
            Assert.Equal(offset.ToString(CultureInfo.InvariantCulture), TusCalls.Header(patch, "Upload-Offset"));
        }

        using var file = await _service.Http.GetAsync(TusCalls.FileOf(location));

        Assert.Equal(bytes, await file.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/jpeg", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal("photo.jpg", file.Content.Headers.ContentDisposition?.FileNameStar);
    }

    [Fact]
    public async Task Head_tells_how_far_it_is_and_what_was_said_of_it()
    {
        var metadata = $"filename {TusCalls.Base64("ä.txt")},is_confidential,other {TusCalls.Base64("value")}";
        var location = await _service.CreateTusAsync(1000, metadata);
        (await _service.PatchTusAsync(location, 0, Bytes.Of(400))).Dispose();

        using var head = await _service.HeadTusAsync(location);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("400", TusCalls.Header(head, "Upload-Offset"));
        Assert.Equal("1000", TusCalls.Header(head, "Upload-Length"));
        Assert.Equal(metadata, TusCalls.Header(head, "Upload-Metadata"));
        Assert.Equal("no-store", head.Headers.CacheControl?.ToString());
        Assert.True(DateTimeOffset.Parse(TusCalls.Header(head, "Upload-Expires")!, CultureInfo.InvariantCulture) > _time.GetUtcNow().AddHours(23));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(399)]
    [InlineData(401)]
    [InlineData(1000)]
    public async Task Bytes_at_another_offset_are_refused(long offset)
    {
        var location = await _service.CreateTusAsync(1000);
        (await _service.PatchTusAsync(location, 0, Bytes.Of(400))).Dispose();

        using var patch = await _service.PatchTusAsync(location, offset, Bytes.Of(10));

        Assert.Contains("400 of 1000", await patch.IsProblemAsync(409, "offset-conflict"));
        Assert.Equal("1.0.0", TusCalls.Header(patch, "Tus-Resumable"));
    }

    [Fact]
    public async Task An_interrupted_request_keeps_what_came()
    {
        var bytes = Bytes.Of(1_000_000);
        var location = await _service.CreateTusAsync(bytes.Length);
        using (var request = await SlowRequest.OpenAsync(
            _service, $"PATCH {location}", bytes.Length, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"))
        {
            await request.SendAsync(bytes.AsMemory(0, 300_001));
            await request.EndEarlyAsync();
        }

        using var head = await _service.HeadTusAsync(location);
        var offset = int.Parse(TusCalls.Header(head, "Upload-Offset")!, CultureInfo.InvariantCulture);
        // Kestrel drops what it had read ahead when a connection ends.
        Assert.InRange(offset, 300_001 - (32 * 1024), 300_001);

        using var rest = await _service.PatchTusAsync(location, offset, bytes.AsMemory(offset));
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(TusCalls.FileOf(location)));
    }

    [Fact]
    public async Task Asking_how_far_it_is_ends_a_request_that_was_lost_and_keeps_its_bytes()
    {
        var bytes = Bytes.Of(1_000_000);
        var location = await _service.CreateTusAsync(bytes.Length);
        using var lost = await SlowRequest.OpenAsync(
            _service, $"PATCH {location}", bytes.Length, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream");
        await lost.SendAsync(bytes.AsMemory(0, 200_000));
        await Eventually.TrueAsync(() => _service.Get<Budget.MemoryBudget>().GetPool("uploads").GetStatus().Leased > ByteSize.Zero);

        using var head = await _service.HeadTusAsync(location);
        var offset = int.Parse(TusCalls.Header(head, "Upload-Offset")!, CultureInfo.InvariantCulture);
        Assert.Contains("urn:headroom:superseded", await lost.ReadToEndAsync("superseded"));
        Assert.InRange(offset, 0, 200_000);

        using var rest = await _service.PatchTusAsync(location, offset, bytes.AsMemory(offset));
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(TusCalls.FileOf(location)));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task Bytes_that_add_up_are_taken_and_others_are_dropped(string algorithm)
    {
        var bytes = Bytes.Of(200_000);
        var location = await _service.CreateTusAsync(bytes.Length);
        var good = $"{algorithm} {Convert.ToBase64String(algorithm == "sha1" ? SHA1.HashData(bytes) : SHA256.HashData(bytes))}";

        using var wrong = await _service.PatchTusAsync(location, 0, Bytes.Of(200_000, seed: 2), ("Upload-Checksum", good));
        using var head = await _service.HeadTusAsync(location);
        using var right = await _service.PatchTusAsync(location, 0, bytes, ("Upload-Checksum", good));

        await wrong.IsProblemAsync(460, "checksum-mismatch");
        Assert.Equal("0", TusCalls.Header(head, "Upload-Offset"));
        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(TusCalls.FileOf(location)));
    }

    [Fact]
    public async Task Bytes_with_a_checksum_that_do_not_all_come_do_not_count()
    {
        var bytes = Bytes.Of(200_000);
        var location = await _service.CreateTusAsync(bytes.Length);
        using (var request = await SlowRequest.OpenAsync(
            _service,
            $"PATCH {location}",
            bytes.Length,
            "Tus-Resumable: 1.0.0",
            "Upload-Offset: 0",
            "Content-Type: application/offset+octet-stream",
            $"Upload-Checksum: sha1 {Convert.ToBase64String(SHA1.HashData(bytes))}"))
        {
            await request.SendAsync(bytes.AsMemory(0, 100_000));
            await request.EndEarlyAsync();
        }

        using var head = await _service.HeadTusAsync(location);

        Assert.Equal("0", TusCalls.Header(head, "Upload-Offset"));
    }

    [Theory]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("sha1 AAAA")]
    [InlineData("sha1 !")]
    [InlineData("sha1")]
    public async Task A_checksum_that_makes_no_sense_is_refused(string checksum)
    {
        var location = await _service.CreateTusAsync(10);

        using var patch = await _service.PatchTusAsync(location, 0, Bytes.Of(10), ("Upload-Checksum", checksum));

        await patch.IsProblemAsync(400, "bad-tus-request");
    }

    [Fact]
    public async Task The_first_bytes_may_come_with_the_creation()
    {
        var bytes = Bytes.Of(100_000);
        using var request = TusCalls.Request(HttpMethod.Post, "/files", ("Upload-Length", "100000"));
        request.Content = TusCalls.Content(bytes.AsMemory(0, 60_000));

        using var created = await _service.Http.SendAsync(request);
        var location = created.Headers.Location!.OriginalString;
        using var rest = await _service.PatchTusAsync(location, 60_000, bytes.AsMemory(60_000));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("60000", TusCalls.Header(created, "Upload-Offset"));
        Assert.Equal(bytes, await _service.Http.GetByteArrayAsync(TusCalls.FileOf(location)));
    }

    [Fact]
    public async Task A_file_without_bytes_is_complete_at_once()
    {
        var location = await _service.CreateTusAsync(0);

        using var head = await _service.HeadTusAsync(location);

        Assert.Equal("0", TusCalls.Header(head, "Upload-Offset"));
        Assert.Empty(await _service.Http.GetByteArrayAsync(TusCalls.FileOf(location)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_bytes_than_declared_are_refused(bool chunked)
    {
        var location = await _service.CreateTusAsync(100);
        using var request = TusCalls.Request(HttpMethod.Patch, location, ("Upload-Offset", "0"));
        request.Content = chunked ? new ChunkedContent(Bytes.Of(101)) : new ByteArrayContent(Bytes.Of(101));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");

        using var patch = await _service.Http.SendAsync(request);

        await patch.IsProblemAsync(413, "too-many-bytes");
        using var head = await _service.HeadTusAsync(location);
        Assert.Equal("0", TusCalls.Header(head, "Upload-Offset"));
    }

    [Fact]
    public async Task An_upload_can_be_terminated_before_and_after_it_is_complete()
    {
        var (open, complete) = (await _service.CreateTusAsync(100), await _service.CreateTusAsync(0));
        foreach (var location in new[] { open, complete })
        {
            using var request = TusCalls.Request(HttpMethod.Delete, location);
            using var deleted = await _service.Http.SendAsync(request);
            using var head = await _service.HeadTusAsync(location);

            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        }
    }
}
