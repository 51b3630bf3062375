using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.Sqlite;
using Headroom.Uploads.Sweeping;
using Headroom.Uploads.Tests.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Uploads.Tests.Guests;

public sealed class GuestTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private UploadService _service = null!;

    public async ValueTask InitializeAsync() => _service = await UploadService.StartAsync(_folder.Path, _time);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_guests_file_belongs_to_the_account_of_the_link()
    {
        using var guest = _service.Client(await TokenAsync());

        var id = await _service.UploadAsync(Bytes.Of(1000), client: guest);

        Assert.Equal(Bytes.Of(1000), await _service.DownloadAsync(id));
    }

    [Fact]
    public async Task A_guest_can_neither_read_nor_list_nor_delete_files_nor_make_links()
    {
        using var guest = _service.Client(await TokenAsync());
        var own = await _service.UploadAsync(Bytes.Of(1000), client: guest);
        var foreign = await _service.UploadAsync(Bytes.Of(1000));

        foreach (var path in new[] { $"/api/files/{own}", $"/api/files/{foreign}", "/api/files", "/api/guest-links" })
        {
            using var get = await guest.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, get.StatusCode);
        }
        using var deleteFile = await guest.DeleteAsync(new Uri($"/api/files/{own}", UriKind.Relative));
        using var deleteUpload = await guest.DeleteAsync(new Uri($"/api/uploads/{own}", UriKind.Relative));
        using var link = await guest.PostAsJsonAsync("/api/guest-links", new { max_bytes = 1, max_files = 1, expires_at = _time.GetUtcNow().AddDays(1) });

        Assert.Equal(HttpStatusCode.Forbidden, deleteFile.StatusCode);
        await deleteUpload.IsProblemAsync(409, "upload-complete");
        Assert.Equal(HttpStatusCode.Forbidden, link.StatusCode);
        Assert.Equal(Bytes.Of(1000), await _service.DownloadAsync(own));
    }

    [Fact]
    public async Task Guests_do_not_see_each_other_nor_their_host()
    {
        using var one = _service.Client(await TokenAsync());
        using var two = _service.Client(await TokenAsync());
        var (theirs, hosts) = (await _service.BeginAsync(1000, client: one), await _service.BeginAsync(1000));

        foreach (var id in new[] { theirs, hosts })
        {
            using var get = await two.GetAsync(new Uri($"/api/uploads/{id}", UriKind.Relative));
            using var put = await _service.PutAsync(id, 1, Bytes.Of(1000), two);
            using var delete = await two.DeleteAsync(new Uri($"/api/uploads/{id}", UriKind.Relative));
            foreach (var answer in new[] { get, put, delete })
                await answer.IsProblemAsync(404, "no-such-upload");
        }
    }

    [Fact]
    public async Task A_link_takes_no_more_bytes_than_it_allows_however_they_are_split()
    {
        using var guest = _service.Client(await TokenAsync(maxBytes: 1000));
        await _service.UploadAsync(Bytes.Of(600), client: guest);

        using var over = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 401 });
        using var fits = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 400 });
        using var full = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 1 });

        await over.IsProblemAsync(403, "guest-link-used-up");
        Assert.Equal(HttpStatusCode.Created, fits.StatusCode);
        await full.IsProblemAsync(403, "guest-link-used-up");
    }

    [Fact]
    public async Task A_link_takes_no_more_files_than_it_allows_however_many_come_at_once()
    {
        using var guest = _service.Client(await TokenAsync(maxFiles: 3));

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 1 })));

        Assert.Equal(3, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        Assert.Equal(9, answers.Count(a => a.StatusCode == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task What_is_given_up_unfinished_can_be_used_again_and_what_is_deleted_afterwards_not()
    {
        using var guest = _service.Client(await TokenAsync(maxFiles: 1));
        var given = await _service.BeginAsync(10, client: guest);
        (await guest.DeleteAsync(new Uri($"/api/uploads/{given}", UriKind.Relative))).Dispose();

        var file = await _service.UploadAsync(Bytes.Of(10), client: guest);
        (await _service.Http.DeleteAsync(new Uri($"/api/files/{file}", UriKind.Relative))).Dispose();
        using var another = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 10 });

        await another.IsProblemAsync(403, "guest-link-used-up");
    }

    [Fact]
    public async Task A_link_ends_when_it_expires_or_is_removed()
    {
        var expiring = _service.Client(await TokenAsync(expires: TimeSpan.FromHours(1)));
        var link = await MakeAsync();
        using var removed = _service.Client(link.GetProperty("token").GetString()!);

        _time.Advance(TimeSpan.FromHours(2));
        using var other = _service.Client("b:uploads");
        using var notTheirs = await other.DeleteAsync(new Uri($"/api/guest-links/{link.GetProperty("id").GetString()}", UriKind.Relative));
        using var ended = await _service.Http.DeleteAsync(new Uri($"/api/guest-links/{link.GetProperty("id").GetString()}", UriKind.Relative));

        await notTheirs.IsProblemAsync(404, "no-such-guest-link");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        foreach (var guest in new[] { expiring, removed })
        {
            using var answer = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 1 });
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        expiring.Dispose();
    }

    [Fact]
    public async Task A_link_has_at_most_a_hundred_unfinished_uploads_and_shuts_nobody_else_out()
    {
        using var guest = _service.Client(await TokenAsync(maxFiles: 1000));
        using var other = _service.Client(await TokenAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 0 })));

        Assert.Equal(100, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        var refused = answers.First(a => a.StatusCode != HttpStatusCode.Created);
        Assert.Contains("100 unfinished", await refused.IsProblemAsync(429, "too-many-uploads"));
        Assert.NotNull(refused.Headers.RetryAfter);
        await _service.UploadAsync(Bytes.Of(10), client: other);
        await _service.UploadAsync(Bytes.Of(10));

        // What was refused has used nothing up.
        var links = JsonElement.Parse(await _service.Http.GetStringAsync(new Uri("/api/guest-links", UriKind.Relative)));
        Assert.Equal([1, 100], links.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("used_files").GetInt32()).Order());
    }

    [Fact]
    public async Task Guests_together_leave_half_of_the_unfinished_uploads_to_keys()
    {
        await MakeAsync();
        await BeginOfFirstLinkAsync(4_980);
        using var guest = _service.Client(await TokenAsync(maxFiles: 1000));
        for (var i = 0; i < 20; i++)
            await _service.BeginAsync(0, client: guest);

        using var refused = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 0 });

        Assert.Contains("guests of this account have 5000", await refused.IsProblemAsync(429, "too-many-uploads"));
        await _service.UploadAsync(Bytes.Of(10));
    }

    [Fact]
    public async Task Ending_a_link_gives_up_what_is_unfinished_and_keeps_its_files()
    {
        var link = await MakeAsync(maxFiles: 1000);
        using var guest = _service.Client(link.GetProperty("token").GetString()!);
        var file = await _service.UploadAsync(Bytes.Of(100), client: guest);
        var open = await _service.BeginAsync(10_000, partSize: 4096, client: guest);
        (await _service.PutAsync(open, 1, Bytes.Of(4096), guest)).Dispose();

        using var ended = await _service.Http.DeleteAsync(new Uri($"/api/guest-links/{link.GetProperty("id").GetString()}", UriKind.Relative));
        using var put = await _service.PutAsync(open, 2, Bytes.Of(4096));
        await _service.Get<IEnumerable<IHostedService>>().OfType<UploadSweeper>().Single().SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await put.IsProblemAsync(404, "no-such-upload");
        Assert.Equal(Bytes.Of(100), await _service.DownloadAsync(file));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories), path => path.Contains(open));
    }

    [Fact]
    public async Task The_link_itself_is_an_address_that_a_tus_client_can_upload_to()
    {
        var link = await MakeAsync();
        using var stranger = new HttpClient();
        using var create = new HttpRequestMessage(HttpMethod.Post, link.GetProperty("link").GetString())
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", "5" } },
        };

        using var created = await stranger.SendAsync(create);
        var location = new Uri(new Uri(link.GetProperty("link").GetString()!), created.Headers.Location!);
        using var patch = new HttpRequestMessage(HttpMethod.Patch, location)
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" } },
            Content = new ByteArrayContent("hello"u8.ToArray()),
        };
        patch.Content.Headers.ContentType = new("application/offset+octet-stream");
        using var patched = await stranger.SendAsync(patch);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, location) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        using var deleted = await stranger.SendAsync(delete);

        Assert.Equal(HttpStatusCode.NoContent, patched.StatusCode);
        await deleted.IsProblemAsync(409, "upload-complete");
        Assert.Equal("hello"u8.ToArray(), await _service.DownloadAsync(location.Segments[^1]));
    }

    [Fact]
    public async Task Links_are_listed_without_their_tokens_and_kept_without_them()
    {
        var link = await MakeAsync();
        var token = link.GetProperty("token").GetString()!;

        var list = await _service.Http.GetStringAsync(new Uri("/api/guest-links", UriKind.Relative));

        Assert.Contains(link.GetProperty("id").GetString()!, list);
        Assert.DoesNotContain(token, list);
        await _service.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "headroom.db*"))
            Assert.DoesNotContain(token, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        _service = await UploadService.StartAsync(_folder.Path, _time);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 1, 400)]
    public async Task Links_that_make_no_sense_are_refused(long bytes, int files, int days)
    {
        using var answer = await _service.Http.PostAsJsonAsync(
            "/api/guest-links", new { max_bytes = bytes, max_files = files, expires_at = _time.GetUtcNow().AddDays(days) });

        await answer.IsProblemAsync(400, "bad-guest-link");
    }

    /// <summary>Puts unfinished uploads of a guest on record, more than one may begin.</summary>
    private Task<int> BeginOfFirstLinkAsync(int uploads) => _service.Get<Database>().WriteAsync(
        db => db.Execute(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $count)
            INSERT INTO uploads (id, account, guest_key, kind, state, size, part_size, wrapped_key, description, store_part_bytes, created_at, expires_at)
            SELECT printf('%032d', n), 'a', (SELECT min(key) FROM guest_links), 0, 0, 0, 1, x'00', x'00', 0, $now, $now + 86400000 FROM numbers
            """,
            ("$count", uploads),
            ("$now", StoredTime.Milliseconds(_time.GetUtcNow()))),
        TestContext.Current.CancellationToken);

    private async Task<string> TokenAsync(long maxBytes = 1_000_000, int maxFiles = 10, TimeSpan? expires = null) =>
        (await MakeAsync(maxBytes, maxFiles, expires)).GetProperty("token").GetString()!;

    private async Task<JsonElement> MakeAsync(long maxBytes = 1_000_000, int maxFiles = 10, TimeSpan? expires = null)
    {
        using var answer = await _service.Http.PostAsJsonAsync(
            "/api/guest-links",
            new
            {
                max_bytes = maxBytes,
                max_files = maxFiles,
                expires_at = (_time.GetUtcNow() + (expires ?? TimeSpan.FromDays(1))).ToString("O", CultureInfo.InvariantCulture),
            });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }
}
