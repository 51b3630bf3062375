using System.Net;
using System.Net.Http.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

public sealed class DocumentTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private Server Server => fixture.Server;

    [Fact]
    public async Task A_document_is_stored_told_replaced_and_removed()
    {
        using var added = await Server.Http.PostAsJsonAsync(
            "/api/documents",
            new
            {
                id = "life:1",
                text = "first text",
                fields = new { plan = "pro", seats = 3, trial = false, tags = new[] { "a", "b" }, none = (string?)null },
            });
        Assert.Equal((HttpStatusCode.Created, "/api/documents/life:1"), (added.StatusCode, added.Headers.Location?.OriginalString));
        Assert.Equal(
            ("pending", false), ((await added.JsonAsync()).GetProperty("state").GetString(), (await added.JsonAsync()).GetProperty("replaced").GetBoolean()));

        var told = await Server.GetAsync("/api/documents/life:1");
        Assert.Equal(
            ("first text", "api", """{"plan":"pro","seats":"3","trial":"false","tags":["a","b"]}"""),
            (told.GetProperty("text").GetString(), told.GetProperty("source").GetString(), told.GetProperty("fields").GetRawText()));

        using var replaced = await Server.Http.PostAsJsonAsync("/api/documents", new { id = "life:1", text = "second text", source = "import" });
        Assert.Equal((HttpStatusCode.OK, true), (replaced.StatusCode, (await replaced.JsonAsync()).GetProperty("replaced").GetBoolean()));
        await Server.EverythingIsIndexedAsync();
        told = await Server.GetAsync("/api/documents/life:1");
        Assert.Equal(
            ("second text", "import", "indexed", "{}"),
            (
                told.GetProperty("text").GetString(),
                told.GetProperty("source").GetString(),
                told.GetProperty("state").GetString(),
                told.GetProperty("fields").GetRawText()));

        using var removed = await Server.Http.DeleteAsync(new Uri("/api/documents/life:1", UriKind.Relative));
        using var again = await Server.Http.DeleteAsync(new Uri("/api/documents/life:1", UriKind.Relative));
        using var gone = await Server.Http.GetAsync(new Uri("/api/documents/life:1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await again.IsProblemAsync(404, "no-such-document");
        await gone.IsProblemAsync(404, "no-such-document");
        Assert.DoesNotContain("life:1", (await Server.Http.SearchAsync(new { query = "second text", limit = 100 })).Ids());
    }

    [Fact]
    public async Task A_list_has_every_document_once_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
            ids.Add(await Server.Http.AddDocumentAsync($"listed {i}"));

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Server.GetAsync($"/api/documents?limit=3&cursor={cursor}");
            seen.AddRange(page.Ids());
            cursor = page.GetProperty("next_cursor").GetString();
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(ids, seen.Intersect(ids));
        Assert.Empty((await Server.GetAsync("/api/documents?state=failed")).Ids());
    }

    [Fact]
    public async Task Half_a_megabyte_in_one_word_and_a_megabyte_in_many_are_taken_and_told_whole()
    {
        var word = new string('a', 500_000);
        var many = string.Concat(Enumerable.Repeat("größe ", 130_000));
        var one = await Server.Http.AddDocumentAsync(word);
        var other = await Server.Http.AddDocumentAsync(many + "nadelimheuhaufen");

        Assert.Equal(word, (await Server.GetAsync($"/api/documents/{one}")).GetProperty("text").GetString());
        Assert.Equal(many + "nadelimheuhaufen", (await Server.GetAsync($"/api/documents/{other}")).GetProperty("text").GetString());
        var found = (await Server.Http.SearchAsync(new { query = "nadelimheuhaufen", mode = "keyword" })).GetProperty("items")[0];
        Assert.Equal((other, true), (found.GetProperty("id").GetString(), found.GetProperty("truncated").GetBoolean()));
        Assert.InRange(found.GetProperty("text").GetString()!.Length, 3999, 4000);
        Assert.EndsWith("nadelimheuhaufen", found.GetProperty("snippet").GetString());
        await Server.EverythingIsIndexedAsync();
    }

    [Theory]
    [InlineData("""{"text":"nul \u0000 inside"}""", "nul \uFFFD inside")]
    [InlineData("""{"text":"😀😀"}""", "😀😀")]
    [InlineData("""{"text":"<script>alert(1)</script>"}""", "<script>alert(1)</script>")]
    public async Task Strange_texts_are_told_as_they_were(string body, string text)
    {
        using var added = await Server.Http.PostTextAsync("/api/documents", body);

        Assert.Equal(201, (int)added.StatusCode);
        Assert.Equal(
            text, (await Server.GetAsync($"/api/documents/{(await added.JsonAsync()).GetProperty("id").GetString()}")).GetProperty("text").GetString());
        await Server.EverythingIsIndexedAsync();
    }

    [Theory]
    [InlineData("""{}""", 400, "bad-document")]
    [InlineData("""{"text":""}""", 400, "bad-document")]
    [InlineData("""{"text":" \n "}""", 400, "bad-document")]
    [InlineData("""{"text":null}""", 400, "bad-document")]
    [InlineData("""{"text":"x","id":""}""", 400, "bad-document")]
    [InlineData("""{"text":"x","id":"a/b"}""", 400, "bad-document")]
    [InlineData("""{"text":"x","id":"ü"}""", 400, "bad-document")]
    [InlineData("""{"text":"x","fields":{"":"y"}}""", 400, "bad-document")]
    [InlineData("""{"text":"x","fields":{"a":{"b":1}}}""", 400, "bad-json")]
    [InlineData("""{"text":"x","fields":[1]}""", 400, "bad-json")]
    [InlineData("""{"text":5}""", 400, "bad-json")]
    [InlineData("""{"text":"\ud800"}""", 400, "bad-json")]
    [InlineData("""{"text":"x","fields":{"a":"\ud800"}}""", 400, "bad-json")]
    [InlineData("""{"text":""", 400, "bad-json")]
    [InlineData("null", 400, "bad-json")]
    public async Task What_makes_no_sense_is_refused(string body, int status, string type)
    {
        using var response = await Server.Http.PostTextAsync("/api/documents", body);

        await response.IsProblemAsync(status, type);
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        using var body = await Server.Http.PostTextAsync("/api/documents", $$"""{"text":"{{new string('a', 5 << 20)}}"}""");
        using var text = await Server.Http.PostTextAsync("/api/documents", $$"""{"text":"{{new string('a', (1 << 20) + 1)}}"}""");
        using var value = await Server.Http.PostTextAsync("/api/documents", $$"""{"text":"x","fields":{"a":"{{new string('a', 5000)}}" } }""");
        using var id = await Server.Http.PostTextAsync("/api/documents", $$"""{"text":"x","id":"{{new string('a', 129)}}"}""");
        using var deep = await Server.Http.PostTextAsync(
            "/api/documents", $$"""{"text":"x","other":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""");

        await body.IsProblemAsync(413, "body-too-large");
        await text.IsProblemAsync(413, "text-too-large");
        await value.IsProblemAsync(400, "bad-document");
        await id.IsProblemAsync(400, "bad-document");
        await deep.IsProblemAsync(400, "bad-json");
    }

    [Theory]
    [InlineData("/api/documents?limit=0", "bad-limit")]
    [InlineData("/api/documents?limit=-1", "bad-limit")]
    [InlineData("/api/documents?limit=99999999999999999999", "bad-limit")]
    [InlineData("/api/documents?cursor=x", "bad-cursor")]
    [InlineData("/api/documents?state=x", "bad-state")]
    public async Task A_list_that_makes_no_sense_is_refused(string path, string type)
    {
        using var response = await Server.Http.GetAsync(new Uri(path, UriKind.Relative));

        await response.IsProblemAsync(400, type);
    }

    [Fact]
    public async Task Only_what_failed_is_tried_again()
    {
        var id = await Server.Http.AddDocumentAsync("nothing wrong with it");
        await Server.EverythingIsIndexedAsync();

        using var one = await Server.Http.PostAsync(new Uri($"/api/documents/{id}/retry", UriKind.Relative), null);
        using var none = await Server.Http.PostAsync(new Uri("/api/documents/nosuch/retry", UriKind.Relative), null);
        using var all = await Server.Http.PostTextAsync("/api/documents/retry", "{}");

        await one.IsProblemAsync(409, "not-failed");
        await none.IsProblemAsync(404, "no-such-document");
        Assert.Equal(0, (await all.JsonAsync()).GetProperty("retried").GetInt32());
    }

    [Fact]
    public async Task Only_keys_for_it_may_search()
    {
        using var search = Server.Client((await fixture.CommandAsync("keys", "add", "documents", "--scope", "search")).Output.Trim());
        using var kiosk = Server.Client((await fixture.CommandAsync("keys", "add", "gate", "--scope", "kiosk")).Output.Trim());
        using var nobody = Server.Client(null);

        using var allowed = await search.PostAsJsonAsync("/api/documents", new { text = "x" });
        using var refused = await kiosk.PostAsJsonAsync("/api/search", new { query = "x" });
        using var unknown = await nobody.GetAsync(new Uri("/api/documents", UriKind.Relative));

        Assert.Equal((201, 403, 401), ((int)allowed.StatusCode, (int)refused.StatusCode, (int)unknown.StatusCode));
    }

    [Fact]
    public async Task The_queue_is_in_the_metrics()
    {
        await Server.Http.AddDocumentAsync("counted");
        await Server.EverythingIsIndexedAsync();

        var metrics = await Server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("headroom_search_documents{state=\"pending\"} 0", metrics);
        Assert.Contains("headroom_search_documents{state=\"failed\"} 0", metrics);
        Assert.Contains("headroom_search_oldest_pending_seconds 0\n", metrics);
    }
}
