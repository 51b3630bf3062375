using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

public sealed class SearchTests(SearchTests.Filled fixture) : IClassFixture<SearchTests.Filled>
{
    private Server Server => fixture.Server;

    [Theory]
    [InlineData("hybrid")]
    [InlineData("semantic")]
    public async Task A_paraphrase_finds_what_is_meant(string mode)
    {
        var answer = await Server.Http.SearchAsync(new { query = "How do I stop being billed every month?", mode });
        var first = answer.GetProperty("items")[0];

        Assert.Equal(("cancel", mode), (first.GetProperty("id").GetString(), answer.GetProperty("mode").GetString()));
        Assert.Equal(0, answer.GetProperty("pending").GetInt32());
        Assert.Equal(1, first.GetProperty("ranks").GetProperty("semantic").GetInt32());
        Assert.Equal("Please cancel my subscription", first.GetProperty("snippet").GetString());
    }

    [Fact]
    public async Task Words_are_found_in_other_forms_and_marked()
    {
        var answer = await Server.Http.SearchAsync(new { query = "crashed apps", mode = "keyword" });
        var first = answer.GetProperty("items")[0];
        var snippet = first.GetProperty("snippet").GetString()!;

        Assert.Equal("crash", first.GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("ranks").GetProperty("semantic").ValueKind);
        Assert.Equal(["app", "crashes"], first.GetProperty("marks").EnumerateArray().Select(m => snippet.Substring(m[0].GetInt32(), m[1].GetInt32())));
    }

    [Fact]
    public async Task Filters_narrow_every_mode()
    {
        foreach (var mode in (string[])["hybrid", "semantic", "keyword"])
        {
            Assert.Equal(["late"], (await Server.Http.SearchAsync(new { query = "weeks photo", mode, filter = new { topic = "delivery", stars = 1 } })).Ids());
            Assert.Equal(
                ["crash", "late"],
                (await Server.Http.SearchAsync(new { query = "weeks photo", mode, filter = new { topic = new[] { "delivery", "app" }, stars = 1 } }))
                    .Ids()
                    .Order());
            Assert.Empty((await Server.Http.SearchAsync(new { query = "weeks photo", mode, filter = new { topic = "nothing" } })).Ids());
        }
    }

    [Theory]
    [InlineData("\" OR 1=1 --")]
    [InlineData("text:cancel AND NEAR(")]
    [InlineData("'; DROP TABLE documents; --")]
    [InlineData("*")]
    [InlineData("\0")]
    [InlineData("😀")]
    [InlineData("....")]
    public async Task No_query_is_syntax_and_every_one_is_answered(string query)
    {
        // Where a lease is refused words alone are searched, and some of these have none.
        await Eventually.TrueAsync(async () => (await Server.Http.SearchAsync(new { query })).Ids().Length == 4);
        _ = await Server.Http.SearchAsync(new { query, mode = "keyword" });
    }

    [Theory]
    [InlineData("""{"query":""}""", "bad-query", "query")]
    [InlineData("""{"query":"  "}""", "bad-query", "query")]
    [InlineData("""{}""", "bad-query", "query")]
    [InlineData("""{"query":"x","limit":0}""", "bad-limit", "limit is 0")]
    [InlineData("""{"query":"x","limit":-7}""", "bad-limit", "limit is -7")]
    [InlineData("""{"query":"x","limit":101}""", "bad-limit", "limit is 101")]
    [InlineData("""{"query":"x","limit":1e400}""", "bad-limit", "limit is 1e400")]
    [InlineData("""{"query":"x","limit":1.5}""", "bad-limit", "limit is 1.5")]
    [InlineData("""{"query":"x","limit":"many"}""", "bad-limit", "limit is \"many\"")]
    [InlineData("""{"query":"x","mode":"both"}""", "bad-mode", "'both'")]
    [InlineData("""{"query":"x","filter":{"a":[]}}""", "bad-filter", "'a'")]
    [InlineData("""{"query":"x","filter":{"a":null}}""", "bad-filter", "'a'")]
    [InlineData("""{"query":"x","filter":{"a":{"b":1}}}""", "bad-json", "filter")]
    [InlineData("""{"query":"\ud800"}""", "bad-json", "query")]
    [InlineData("""{"query":["x"]}""", "bad-json", "query")]
    public async Task What_makes_no_sense_is_refused_and_named(string body, string type, string named)
    {
        using var response = await Server.Http.PostTextAsync("/api/search", body);

        Assert.Contains(named, await response.IsProblemAsync(400, type));
    }

    [Fact]
    public async Task A_query_that_is_too_long_is_refused_and_one_that_is_not_is_answered()
    {
        using var long1 = await Server.Http.PostTextAsync("/api/search", $$"""{"query":"{{new string('a', 4001)}}"}""");
        using var body = await Server.Http.PostTextAsync("/api/search", $$"""{"query":"{{new string('a', 100_000)}}"}""");

        await long1.IsProblemAsync(400, "bad-query");
        await body.IsProblemAsync(413, "body-too-large");
        await Eventually.TrueAsync(
            async () => (await Server.Http.SearchAsync(new { query = string.Concat(Enumerable.Repeat("a b ", 1000)), limit = 100 })).Ids().Length == 4);
    }

    [Fact]
    public async Task Many_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60)
                .Select(
                    i => Server.Http.SearchAsync(new
                    {
                        query = $"late parcel {i}",
                        mode = ((string[])["hybrid", "semantic", "keyword"])[i % 3],
                        filter = i % 2 == 0 ? null : new { stars = 1 },
                    })));

        Assert.All(answers, a => Assert.Equal("late", a.Ids()[0]));
    }

    public sealed class Filled : ServerFixture
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await Server.Http.AddDocumentAsync("Please cancel my subscription", "cancel", new { topic = "billing", stars = 3 });
            await Server.Http.AddDocumentAsync("The app crashes when I upload a large photo every month", "crash", new { topic = "app", stars = 1 });
            await Server.Http.AddDocumentAsync("Delivery was two weeks late", "late", new { topic = "delivery", stars = 1 });
            await Server.Http.AddDocumentAsync("I love how the new dashboard looks", "love", new { topic = "app", stars = 5 });
            await Server.EverythingIsIndexedAsync();
        }
    }
}
