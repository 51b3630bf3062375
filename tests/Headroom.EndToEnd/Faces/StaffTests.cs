using System.Net.Http.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class StaffTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private Server Server => fixture.Server;

    [Theory]
    [InlineData("GET", "/api/staff/nobody")]
    [InlineData("DELETE", "/api/staff/nobody")]
    [InlineData("POST", "/api/staff/nobody/photos")]
    [InlineData("DELETE", "/api/staff/nobody/photos/none")]
    public async Task Somebody_unknown_is_not_found(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? Photo.Raw(Photo.Unknown(5)) : null };
        using var answer = await Server.Http.SendAsync(request);

        Assert.Contains("'nobody'", await answer.IsProblemAsync(404, "no-such-staff"));
        await Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_sixth_photo_is_one_too_many_until_another_is_removed()
    {
        var id = await Server.AddStaffAsync("many-photos", "Emily");
        var photo = Photo.Labelled("emily willis").First();
        for (var i = 0; i < 5; i++)
            await Server.AddPhotoAsync(id, photo);

        using var form = Photo.Form("photo", photo);
        using var answer = await Server.Http.PostAsync(new Uri($"/api/staff/{id}/photos", UriKind.Relative), form);

        Assert.Contains("Remove one first", await answer.IsProblemAsync(409, "too-many-photos"));
        Assert.Equal(5, (await Server.GetAsync($"/api/staff/{id}")).GetProperty("photos").GetInt32());
        await Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task An_employee_id_is_given_once()
    {
        await Server.AddStaffAsync("taken", "First");

        using var answer = await Server.Http.PostAsJsonAsync("/api/staff", new { employee_id = "taken", name = "Second" });

        Assert.Contains("'taken'", await answer.IsProblemAsync(409, "employee-id-taken"));
    }

    [Fact]
    public async Task Who_was_removed_is_not_recognised_any_more()
    {
        var id = await Server.AddStaffAsync("leaver", "Laura");
        await Server.AddPhotoAsync(id, Photo.Labelled("laura tilling").First());
        using var before = await Server.ClockAsync(Photo.Unknown(5));
        Assert.True((await before.JsonAsync()).GetProperty("success").GetBoolean());

        using var removed = await Server.Http.DeleteAsync(new Uri($"/api/staff/{id}", UriKind.Relative));
        using var after = await Server.ClockAsync(Photo.Unknown(5));

        Assert.Equal(204, (int)removed.StatusCode);
        Assert.False((await after.JsonAsync()).GetProperty("success").GetBoolean());
        Assert.Equal("unknown", (await after.JsonAsync()).GetProperty("decision").GetString());
    }

    [Fact]
    public async Task Pages_follow_one_another_until_all_were_seen()
    {
        for (var i = 0; i < 5; i++)
            await Server.AddStaffAsync($"page-{i}", $"Person {i}");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Server.GetAsync($"/api/staff?limit=2&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("employee_id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Superset(Enumerable.Range(0, 5).Select(i => $"page-{i}").ToHashSet(), seen.ToHashSet());
    }

    [Theory]
    [InlineData("limit=0", "bad-limit")]
    [InlineData("limit=501", "bad-limit")]
    [InlineData("limit=many", "bad-limit")]
    [InlineData("limit=99999999999999999999", "bad-limit")]
    [InlineData("cursor=x", "bad-cursor")]
    [InlineData("cursor=-1", "bad-cursor")]
    public async Task A_page_that_does_not_exist_is_refused(string query, string type)
    {
        using var staff = await Server.Http.GetAsync(new Uri($"/api/staff?{query}", UriKind.Relative));
        using var attendance = await Server.Http.GetAsync(new Uri($"/api/attendance?{query}", UriKind.Relative));

        await staff.IsProblemAsync(400, type);
        await attendance.IsProblemAsync(400, type);
    }

    [Theory]
    [InlineData("{", "bad-json")]
    [InlineData("null", "bad-json")]
    [InlineData("[]", "bad-json")]
    [InlineData("{\"employee_id\":7,\"name\":\"Seven\"}", "bad-json")]
    [InlineData("{}", "bad-staff")]
    [InlineData("{\"employee_id\":\"x\",\"name\":\" \"}", "bad-staff")]
    [InlineData("{\"employee_id\":\"x\",\"name\":\"Y\",\"time_zone\":\"Mars/Olympus\"}", "bad-staff")]
    public async Task A_description_that_is_none_is_refused(string json, string type)
    {
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Server.Http.PostAsync(new Uri("/api/staff", UriKind.Relative), body);

        await answer.IsProblemAsync(400, type);
        await Server.EverythingIsBackAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-a-key-of-this-server")]
    public async Task Without_a_key_of_this_server_nothing_is_told(string? key)
    {
        using var stranger = Server.Client(key);

        using var answer = await stranger.GetAsync(new Uri("/api/staff", UriKind.Relative));

        Assert.Contains("Authorization: Bearer KEY", await answer.IsProblemAsync(401, "no-key"));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_key_may_come_in_either_header()
    {
        using var client = Server.Client(null);
        client.DefaultRequestHeaders.Add("X-Api-Key", Server.AdminKey);

        using var answer = await client.GetAsync(new Uri("/api/staff", UriKind.Relative));

        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_route_that_is_none_is_not_found()
    {
        using var answer = await Server.Http.GetAsync(new Uri("/api/nothing", UriKind.Relative));

        Assert.Contains("/api/nothing", await answer.IsProblemAsync(404, "no-such-route"));
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_take_is_refused()
    {
        using var answer = await Server.Http.PutAsync(new Uri("/health", UriKind.Relative), null);

        Assert.Contains("PUT", await answer.IsProblemAsync(405, "wrong-method"));
    }
}
