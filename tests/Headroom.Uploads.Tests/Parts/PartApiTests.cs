using System.Net;
using System.Net.Http.Json;
using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Parts;

public sealed class PartApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private UploadService _service = null!;

    public async ValueTask InitializeAsync() => _service = await UploadService.StartAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Parts_come_in_any_order_and_in_parallel()
    {
        var bytes = Bytes.Of(1_000_000);
        var id = await _service.BeginAsync(bytes.Length, 100_000);

        var answers = await Task.WhenAll(
            new[] { 7, 3, 10, 1, 9, 2, 8, 4, 6, 5 }.Select(n => _service.PutAsync(id, n, bytes.AsMemory((n - 1) * 100_000, 100_000))));
        using var complete = await _service.CompleteAsync(id);

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a.StatusCode));
        Assert.Equal(id, (await complete.JsonAsync()).GetProperty("id").GetString());
        Assert.Equal(bytes, await _service.DownloadAsync(id));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(65_536, 65_536L)]
    [InlineData(65_537, 65_536L)]
    [InlineData(131_072, 65_536L)]
    [InlineData(200_000, 4096L)]
    [InlineData(9_000_000, null)]
    public async Task A_file_of_any_length_comes_back_as_it_was(int length, long? partSize)
    {
        var bytes = Bytes.Of(length);

        var id = await _service.UploadAsync(bytes, partSize);

        Assert.Equal(bytes, await _service.DownloadAsync(id));
    }

    [Fact]
    public async Task What_is_in_is_told()
    {
        var id = await _service.BeginAsync(250_000, 100_000, "photo.jpg");
        (await _service.PutAsync(id, 3, Bytes.Of(50_000))).Dispose();
        (await _service.PutAsync(id, 1, Bytes.Of(100_000))).Dispose();

        var told = await _service.Http.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/uploads/{id}");

        Assert.Equal("open", told.GetProperty("state").GetString());
        Assert.Equal("photo.jpg", told.GetProperty("name").GetString());
        Assert.Equal(3, told.GetProperty("parts").GetInt32());
        Assert.Equal(100_000, told.GetProperty("part_size").GetInt64());
        Assert.Equal([1, 3], told.GetProperty("received").EnumerateArray().Select(n => n.GetInt32()));
    }

    [Fact]
    public async Task A_part_that_is_sent_again_replaces_the_one_before()
    {
        var (first, second) = (Bytes.Of(100_000, 1), Bytes.Of(100_000, 2));
        var id = await _service.BeginAsync(100_000);
        (await _service.PutAsync(id, 1, first)).Dispose();

        (await _service.PutAsync(id, 1, second)).Dispose();
        (await _service.CompleteAsync(id)).Dispose();

        Assert.Equal(second, await _service.DownloadAsync(id));
    }

    [Fact]
    public async Task A_later_attempt_takes_the_place_of_one_that_is_under_way()
    {
        var (first, second) = (Bytes.Of(1_000_000, 1), Bytes.Of(1_000_000, 2));
        var id = await _service.BeginAsync(1_000_000);
        using var stalled = await SlowRequest.OpenAsync(_service, $"PUT /api/uploads/{id}/parts/1", 1_000_000);
        await stalled.SendAsync(first.AsMemory(0, 500_000));
        await Eventually.TrueAsync(() => _service.Get<Budget.MemoryBudget>().GetPool("uploads").GetStatus().Leased > ByteSize.Zero);

        using var later = await _service.PutAsync(id, 1, second);

        Assert.Equal(HttpStatusCode.NoContent, later.StatusCode);
        Assert.Contains("urn:headroom:superseded", await stalled.ReadToEndAsync("superseded"));
        (await _service.CompleteAsync(id)).Dispose();
        Assert.Equal(second, await _service.DownloadAsync(id));
    }

    [Fact]
    public async Task Of_attempts_at_the_same_time_with_other_bytes_one_counts_whole()
    {
        var id = await _service.BeginAsync(500_000);
        var contents = Enumerable.Range(1, 8).Select(seed => Bytes.Of(500_000, seed)).ToList();

        var answers = await Task.WhenAll(contents.Select(c => _service.PutAsync(id, 1, c)));
        (await _service.CompleteAsync(id)).Dispose();

        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.NoContent);
        Assert.All(answers, a => Assert.True(a.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Conflict));
        var file = await _service.DownloadAsync(id);
        Assert.Contains(contents, c => c.AsSpan().SequenceEqual(file));
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(100_001)]
    [InlineData(0)]
    public async Task A_part_of_another_length_than_declared_is_refused(int length)
    {
        var id = await _service.BeginAsync(100_000);

        using var known = await _service.PutAsync(id, 1, Bytes.Of(length));
        using var body = new ChunkedContent(Bytes.Of(length));
        using var unknown = await _service.Http.PutAsync(new Uri($"/api/uploads/{id}/parts/1", UriKind.Relative), body);

        Assert.Contains("100000", await known.IsProblemAsync(400, "wrong-part-size"));
        await unknown.IsProblemAsync(400, "wrong-part-size");
        using var complete = await _service.CompleteAsync(id);
        await complete.IsProblemAsync(409, "parts-missing");
    }

    [Fact]
    public async Task A_part_of_unknown_length_is_taken_if_it_has_the_right_one()
    {
        var bytes = Bytes.Of(100_000);
        var id = await _service.BeginAsync(bytes.Length);

        using var body = new ChunkedContent(bytes);
        using var put = await _service.Http.PutAsync(new Uri($"/api/uploads/{id}/parts/1", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4")]
    [InlineData("10001")]
    [InlineData("-1")]
    [InlineData("one")]
    public async Task A_part_that_the_upload_does_not_have_is_refused(string number)
    {
        var id = await _service.BeginAsync(300_000, 100_000);

        using var body = new ByteArrayContent(Bytes.Of(100_000));
        using var put = await _service.Http.PutAsync(new Uri($"/api/uploads/{id}/parts/{number}", UriKind.Relative), body);

        await put.IsProblemAsync(400, "no-such-part");
    }

    [Fact]
    public async Task Ten_thousand_parts_are_taken_and_one_more_is_not()
    {
        var id = await _service.BeginAsync(10_000L * 4096, 4096);

        using var last = await _service.PutAsync(id, 10_000, Bytes.Of(4096));
        using var beyond = await _service.PutAsync(id, 10_001, Bytes.Of(4096));
        using var more = await _service.Http.PostAsJsonAsync("/api/uploads", new { name = "x", size = (10_000L * 4096) + 1, part_size = 4096 });

        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        await beyond.IsProblemAsync(400, "no-such-part");
        Assert.Contains("8388608", await more.IsProblemAsync(400, "bad-upload"));
    }

    [Fact]
    public async Task Completing_names_the_parts_that_are_missing()
    {
        var id = await _service.BeginAsync(300_000, 100_000);
        (await _service.PutAsync(id, 2, Bytes.Of(100_000))).Dispose();

        using var complete = await _service.CompleteAsync(id);

        Assert.Contains("2 of 3 parts are not in: 1, 3.", await complete.IsProblemAsync(409, "parts-missing"));
        using var file = await _service.Http.GetAsync(new Uri($"/api/files/{id}", UriKind.Relative));
        await file.IsProblemAsync(404, "no-such-file");
    }

    [Fact]
    public async Task Completing_again_answers_the_same()
    {
        var id = await _service.BeginAsync(10);
        (await _service.PutAsync(id, 1, Bytes.Of(10))).Dispose();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _service.CompleteAsync(id)));

        Assert.Single(await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync())).ContinueWith(t => t.Result.Distinct()));
        using var put = await _service.PutAsync(id, 1, Bytes.Of(10));
        await put.IsProblemAsync(409, "upload-complete");
    }

    [Fact]
    public async Task An_upload_that_was_deleted_is_gone_with_its_bytes()
    {
        var id = await _service.BeginAsync(200_000, 100_000);
        (await _service.PutAsync(id, 1, Bytes.Of(100_000))).Dispose();

        using var deleted = await _service.Http.DeleteAsync(new Uri($"/api/uploads/{id}", UriKind.Relative));
        using var put = await _service.PutAsync(id, 2, Bytes.Of(100_000));

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await put.IsProblemAsync(404, "no-such-upload");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "uploads", "open"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_restart_loses_nothing_that_was_acknowledged()
    {
        var bytes = Bytes.Of(250_000);
        var id = await _service.BeginAsync(bytes.Length, 100_000);
        (await _service.PutAsync(id, 2, bytes.AsMemory(100_000, 100_000))).Dispose();

        await _service.DisposeAsync();
        _service = await UploadService.StartAsync(_folder.Path);
        (await _service.PutAsync(id, 1, bytes.AsMemory(0, 100_000))).Dispose();
        (await _service.PutAsync(id, 3, bytes.AsMemory(200_000))).Dispose();
        (await _service.CompleteAsync(id)).Dispose();

        Assert.Equal(bytes, await _service.DownloadAsync(id));
    }

    [Theory]
    [InlineData("""{"size":1}""", "bad-upload", 400)]
    [InlineData("""{"name":"x"}""", "bad-upload", 400)]
    [InlineData("""{"name":"","size":1}""", "bad-upload", 400)]
    [InlineData("""{"name":"x","size":-1}""", "bad-upload", 400)]
    [InlineData("""{"name":"x","size":1,"part_size":1}""", "bad-upload", 400)]
    [InlineData("""{"name":"x","size":1,"part_size":999999999999}""", "bad-upload", 400)]
    [InlineData("""{"name":"x","size":1,"content_type":"no type"}""", "bad-upload", 400)]
    [InlineData("""{"name":"x","size":9999999999999}""", "file-too-large", 413)]
    [InlineData("""{"name":"x","size":"1"}""", "bad-json", 400)]
    [InlineData("null", "bad-json", 400)]
    public async Task What_makes_no_sense_is_refused(string json, string type, int status)
    {
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var answer = await _service.Http.PostAsync(new Uri("/api/uploads", UriKind.Relative), body);

        await answer.IsProblemAsync(status, type);
    }

    [Fact]
    public async Task Other_accounts_uploads_do_not_exist()
    {
        using var other = _service.Client("b:uploads");
        var id = await _service.BeginAsync(10);

        using var get = await other.GetAsync(new Uri($"/api/uploads/{id}", UriKind.Relative));
        using var put = await _service.PutAsync(id, 1, Bytes.Of(10), other);
        using var complete = await _service.CompleteAsync(id, other);
        using var delete = await other.DeleteAsync(new Uri($"/api/uploads/{id}", UriKind.Relative));

        foreach (var answer in new[] { get, put, complete, delete })
            await answer.IsProblemAsync(404, "no-such-upload");
    }

    [Fact]
    public async Task Names_and_content_stand_nowhere_in_the_clear()
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the secret content ", 1000)));
        await _service.UploadAsync(bytes, name: "the-secret-name.txt");
        await _service.DisposeAsync();

        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var stored = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain("the-secret-name", stored);
            Assert.DoesNotContain("the secret content", stored);
        }
        _service = await UploadService.StartAsync(_folder.Path);
    }
}
