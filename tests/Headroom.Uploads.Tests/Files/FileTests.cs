using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Files;

public sealed class FileTests : IAsyncLifetime
{
    private const int PartSize = 100_000;
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = Bytes.Of(250_000);
    private UploadService _service = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _service = await UploadService.StartAsync(_folder.Path);
        _id = await _service.UploadAsync(_bytes, PartSize, "a \"b\"/Übung.pdf");
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=0-249999", 0, 250_000)]
    [InlineData("bytes=0-", 0, 250_000)]
    [InlineData("bytes=99999-100000", 99_999, 2)]
    [InlineData("bytes=65535-65536", 65_535, 2)]
    [InlineData("bytes=150000-160000", 150_000, 10_001)]
    [InlineData("bytes=249999-999999999999", 249_999, 1)]
    [InlineData("bytes=-1", 249_999, 1)]
    [InlineData("bytes=-100001", 149_999, 100_001)]
    [InlineData("bytes=-999999", 0, 250_000)]
    public async Task A_range_is_sent_alone(string range, int from, int length)
    {
        using var answer = await GetAsync(("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {from}-{from + length - 1}/250000", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(length, answer.Content.Headers.ContentLength);
        Assert.Equal(_bytes[from..(from + length)], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=250000-")]
    [InlineData("bytes=250000-250001")]
    [InlineData("bytes=-0")]
    public async Task A_range_that_holds_nothing_is_refused(string range)
    {
        using var answer = await GetAsync(("Range", range));

        await answer.IsProblemAsync(416, "bad-range");
        Assert.Equal("bytes */250000", answer.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("bytes=5-1")]
    [InlineData("bytes=a-b")]
    [InlineData("lines=0-1")]
    [InlineData("bytes")]
    public async Task Several_ranges_and_nonsense_are_answered_with_the_whole(string range)
    {
        using var answer = await GetAsync(("Range", range));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Of_an_empty_file_no_range_can_be_had()
    {
        var id = await _service.UploadAsync([]);
        foreach (var range in new[] { "bytes=0-", "bytes=-1" })
        {
            using var answer = await GetAsync(id, ("Range", range));
            await answer.IsProblemAsync(416, "bad-range");
        }
    }

    [Fact]
    public async Task Head_tells_what_get_would_and_sends_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/files/{_id}") { Headers = { Range = new RangeHeaderValue(0, 9) } };

        using var answer = await _service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(250_000, answer.Content.Headers.ContentLength);
        Assert.Equal($"\"{_id}\"", answer.Headers.ETag?.Tag);
        Assert.Equal("bytes", answer.Headers.AcceptRanges.ToString());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("If-None-Match", "\"ID\"", 304)]
    [InlineData("If-None-Match", "W/\"ID\"", 304)]
    [InlineData("If-None-Match", "\"x\", \"ID\"", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"x\"", 200)]
    [InlineData("If-Match", "\"ID\"", 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"x\"", 412)]
    [InlineData("If-Match", "W/\"ID\"", 412)]
    public async Task Conditions_are_kept(string header, string value, int status)
    {
        using var answer = await GetAsync((header, value.Replace("ID", _id, StringComparison.Ordinal)));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal($"\"{_id}\"", answer.Headers.ETag?.Tag);
    }

    [Theory]
    [InlineData("\"ID\"", 206)]
    [InlineData("\"x\"", 200)]
    [InlineData("W/\"ID\"", 200)]
    [InlineData("Sat, 31 Jan 2099 00:00:00 GMT", 200)]
    [InlineData("nonsense", 200)]
    public async Task A_range_of_another_version_is_not_sent(string version, int status)
    {
        using var answer = await GetAsync(("Range", "bytes=0-9"), ("If-Range", version.Replace("ID", _id, StringComparison.Ordinal)));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_file_is_saved_under_a_safe_name_and_never_shown_as_a_page()
    {
        using var answer = await GetAsync();

        Assert.Equal("attachment; filename=_bung.pdf; filename*=UTF-8''%C3%9Cbung.pdf", answer.Content.Headers.GetValues("Content-Disposition").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 90)]
    [InlineData(0, 65_700)]
    [InlineData(1, 100)]
    [InlineData(2, 50_100)]
    public async Task A_damaged_segment_is_never_sent_and_the_client_notices(int part, int at)
    {
        var stored = Directory.EnumerateFiles(Path.Combine(_folder.Path, "uploads", "blobs"), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f).Length == 16)
            .Order()
            .ElementAt(part);
        var encrypted = await File.ReadAllBytesAsync(stored);
        encrypted[at] ^= 1;
        await File.WriteAllBytesAsync(stored, encrypted);

        using var answer = await _service.Http.GetAsync(new Uri($"/api/files/{_id}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var received = new MemoryStream();
        if (answer.StatusCode == HttpStatusCode.InternalServerError)
            await answer.IsProblemAsync(500, "file-damaged");
        else
            await Assert.ThrowsAnyAsync<Exception>(async () => await answer.Content.CopyToAsync(received));

        Assert.True(received.Length < _bytes.Length);
        Assert.Equal(_bytes[..(int)received.Length], received.ToArray());
        Assert.Contains(new Guid(_id).ToString(), _service.Complaints);
    }

    [Fact]
    public async Task A_damaged_manifest_is_told_before_anything_is_sent()
    {
        var stored = Directory.EnumerateFiles(Path.Combine(_folder.Path, "uploads", "blobs"), "*.manifest", SearchOption.AllDirectories).Single();
        var encrypted = await File.ReadAllBytesAsync(stored);
        encrypted[^1] ^= 1;
        await File.WriteAllBytesAsync(stored, encrypted);

        using var answer = await GetAsync();

        await answer.IsProblemAsync(500, "file-damaged");
    }

    [Fact]
    public async Task Parts_of_another_file_are_not_sent()
    {
        var other = await _service.UploadAsync(Bytes.Of(250_000, seed: 2), PartSize);
        var folders = Directory.EnumerateDirectories(Path.Combine(_folder.Path, "uploads", "blobs"), "*", SearchOption.AllDirectories).ToList();
        File.Copy(
            Path.Combine(folders.Single(f => f.EndsWith(other, StringComparison.Ordinal)), new string('0', 16)),
            Path.Combine(folders.Single(f => f.EndsWith(_id, StringComparison.Ordinal)), new string('0', 16)),
            overwrite: true);

        using var answer = await GetAsync();

        await answer.IsProblemAsync(500, "file-damaged");
    }

    [Fact]
    public async Task Lists_are_paged_and_hold_what_is_the_accounts()
    {
        var second = await _service.UploadAsync([1]);
        using var other = _service.Client("b:uploads");
        var foreign = await _service.UploadAsync([2], client: other);
        using var admin = _service.Client("c:admin");

        var first = await _service.Http.GetFromJsonAsync<JsonElement>("/api/files?limit=1");
        var next = await _service.Http.GetFromJsonAsync<JsonElement>($"/api/files?limit=1&cursor={first.GetProperty("next_cursor").GetString()}");
        var all = await admin.GetFromJsonAsync<JsonElement>("/api/files");

        Assert.Equal([_id, second], new[] { first, next }.Select(p => p.GetProperty("items")[0].GetProperty("id").GetString()));
        Assert.Equal([_id, second, foreign], all.GetProperty("items").EnumerateArray().Select(f => f.GetProperty("id").GetString()));
        Assert.Equal("Übung.pdf", first.GetProperty("items")[0].GetProperty("name").GetString());
        using var hidden = await other.GetAsync(new Uri($"/api/files/{_id}", UriKind.Relative));
        await hidden.IsProblemAsync(404, "no-such-file");
        using var seen = await admin.GetAsync(new Uri($"/api/files/{_id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
    }

    [Fact]
    public async Task A_deleted_file_is_gone_from_lists_and_from_the_disk()
    {
        using var deleted = await _service.Http.DeleteAsync(new Uri($"/api/files/{_id}", UriKind.Relative));
        using var again = await _service.Http.DeleteAsync(new Uri($"/api/files/{_id}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await again.IsProblemAsync(404, "no-such-file");
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "uploads"), "*", SearchOption.AllDirectories),
            e => e.Contains(_id, StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> GetAsync(params (string Name, string Value)[] headers) => GetAsync(_id, headers);

    private async Task<HttpResponseMessage> GetAsync(string id, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/files/{id}");
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await _service.Http.SendAsync(request);
    }
}
