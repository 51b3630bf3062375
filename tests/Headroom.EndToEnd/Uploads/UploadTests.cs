using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Headroom.EndToEnd.Uploads;

public sealed class UploadTests(UploadFixture fixture) : IClassFixture<UploadFixture>
{
    private HttpClient Http => fixture.Server.Http;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((20 << 20) + 1)]
    public async Task A_file_comes_back_as_it_was_sent(int length)
    {
        var bytes = UploadCalls.Bytes(length, length);

        var id = await Http.UploadAsync(bytes);

        Assert.Equal(bytes, await Http.DownloadAsync(id));
    }

    [Fact]
    public async Task Many_files_at_once_are_all_taken_and_every_lease_comes_back()
    {
        var ids = await Task.WhenAll(Enumerable.Range(1, 100).Select(seed => Http.UploadAsync(UploadCalls.Bytes(300_000, seed), 100_000)));

        for (var i = 0; i < ids.Length; i++)
            Assert.Equal(UploadCalls.Bytes(300_000, i + 1), await Http.DownloadAsync(ids[i]));
        await fixture.Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_range_is_sent_and_nothing_else()
    {
        var bytes = UploadCalls.Bytes(3_000_000, 3);
        var id = await Http.UploadAsync(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/files/{id}") { Headers = { Range = new RangeHeaderValue(1_048_000, 2_098_000) } };

        using var answer = await Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[1_048_000..2_098_001], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Files_belong_to_the_account_of_their_key()
    {
        using var acme = fixture.Server.Client(await fixture.AddKeyAsync("acme", "uploads", "acme"));
        using var rival = fixture.Server.Client(await fixture.AddKeyAsync("rival", "uploads", "rival"));
        var id = await acme.UploadAsync("secret"u8.ToArray());

        var theirs = await rival.GetFromJsonAsync<JsonElement>("/api/files");
        using var stolen = await rival.GetAsync(new Uri($"/api/files/{id}", UriKind.Relative));
        using var removed = await rival.DeleteAsync(new Uri($"/api/files/{id}", UriKind.Relative));

        Assert.Empty(theirs.GetProperty("items").EnumerateArray());
        await stolen.IsProblemAsync(404, "no-such-file");
        await removed.IsProblemAsync(404, "no-such-file");
        Assert.Equal("acme", (await acme.GetFromJsonAsync<JsonElement>("/api/files")).GetProperty("items")[0].GetProperty("account").GetString());
        Assert.Equal("secret"u8.ToArray(), await Http.DownloadAsync(id));
    }

    [Fact]
    public async Task A_kiosk_key_uploads_nothing()
    {
        using var kiosk = fixture.Server.Client(await fixture.AddKeyAsync("door", "kiosk", "main"));

        foreach (var path in new[] { "/api/files", "/api/guest-links" })
        {
            using var answer = await kiosk.GetAsync(new Uri(path, UriKind.Relative));
            await answer.IsProblemAsync(403, "wrong-scope");
        }
        using var begin = await kiosk.PostAsJsonAsync("/api/uploads", new { name = "x", size = 1 });
        await begin.IsProblemAsync(403, "wrong-scope");
    }

    [Fact]
    public async Task A_guest_uploads_within_the_links_limits_and_does_nothing_else()
    {
        using var made = await Http.PostAsJsonAsync(
            "/api/guest-links", new { max_bytes = 1000, max_files = 2, expires_at = DateTimeOffset.UtcNow.AddHours(1) });
        var token = (await made.JsonAsync()).GetProperty("token").GetString()!;
        using var guest = fixture.Server.Client(token);
        var foreign = await Http.UploadAsync([1, 2, 3]);

        var own = await guest.UploadAsync(new byte[600]);
        using var over = await guest.PostAsJsonAsync("/api/uploads", new { name = "x", size = 401 });

        await over.IsProblemAsync(403, "guest-link-used-up");
        foreach (var path in new[] { "/api/files", $"/api/files/{own}", $"/api/files/{foreign}", "/api/guest-links", "/api/staff", "/metrics" })
        {
            using var answer = await guest.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Unauthorized || path == "/metrics", path);
        }
        using var guessed = await guest.GetAsync(new Uri($"/api/uploads/{Guid.NewGuid():N}", UriKind.Relative));
        await guessed.IsProblemAsync(404, "no-such-upload");
        using var wrong = fixture.Server.Client(token[..^1] + (token[^1] == '0' ? '1' : '0'));
        using var refused = await wrong.PostAsJsonAsync("/api/uploads", new { name = "x", size = 1 });
        await refused.IsProblemAsync(401, "no-key");
        Assert.DoesNotContain(token, fixture.Server.Program.Output);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\dir\\f.txt", "f.txt")]
    [InlineData("a\u0000\r\nSet-Cookie: x", "aSet-Cookie x")]
    [InlineData("gnp.\u202Eexe", "gnp.exe")]
    public async Task A_name_cannot_leave_its_folder_nor_its_header(string sent, string safe)
    {
        var id = await Http.UploadAsync([1], name: sent);

        using var answer = await Http.GetAsync(new Uri($"/api/files/{id}", UriKind.Relative));

        Assert.Equal(safe, answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_name_of_4_KB_is_taken_and_a_longer_one_refused()
    {
        var id = await Http.UploadAsync([1], name: new string('n', 4092) + ".txt");
        using var refused = await Http.PostAsJsonAsync("/api/uploads", new { name = new string('n', 4097), size = 1 });
        using var answer = await Http.GetAsync(new Uri($"/api/files/{id}", UriKind.Relative));

        await refused.IsProblemAsync(400, "bad-upload");
        Assert.Equal(255, answer.Content.Headers.ContentDisposition?.FileNameStar?.Length);
    }
}
