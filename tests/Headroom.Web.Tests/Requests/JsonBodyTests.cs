using System.Text;
using System.Text.Json.Serialization;
using Headroom.AspNetCore.Problems;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Http;

namespace Headroom.Web.Tests.Requests;

public sealed partial class JsonBodyTests
{
    private const string Expected = "an object with name";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_is_read_however_long_it_is_said_to_be(bool declared)
    {
        var text = new string('x', 3000);

        var read = await ReadAsync(Request($$"""{"name":"{{text}}"}""", declared));

        Assert.Equal(text, read.Name);
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over() => Assert.Equal("x", (await ReadAsync(Request("\uFEFF{\"name\":\"x\"}"))).Name);

    [Theory]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5}""", "4 names")]
    [InlineData("""{"name":[1,2,3,4,5,6,7,8]}""", "8 values")]
    [InlineData("""{"name":[[[1]]]}""", "3 levels")]
    public async Task A_body_of_more_than_its_route_takes_is_refused_with_the_bound(string json, string bound)
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(Request(json)));

        Assert.Equal((400, "bad-json"), (refused.Status, refused.Type));
        Assert.Contains(bound, refused.Message);
        Assert.EndsWith($"Send {Expected}.", refused.Message);
    }

    [Fact]
    public async Task The_rest_of_a_body_that_is_too_much_is_not_read()
    {
        var context = Request("{" + string.Concat(Enumerable.Repeat("\"n\":0,", 100_000)), declared: false);

        await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(context));

        Assert.True(context.Request.Body.Position < context.Request.Body.Length, "All of it was read.");
    }

    [Fact]
    public async Task What_a_body_becomes_is_leased_before_it_is_made()
    {
        // No lease came along: there is nothing to grow, as there is not when memory is short.
        var refused = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(Request($$"""{"name":"{{new string('x', 20_000)}}"}""")));

        Assert.Equal((503, "memory-busy"), (refused.Status, refused.Type));
        Assert.NotNull(refused.RetryAfter);
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=UTF-8", true)]
    [InlineData("application/problem+json; charset=\"utf-8\"", true)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("text/plain", false)]
    [InlineData(null, false)]
    public async Task Only_json_in_utf8_is_taken(string? contentType, bool taken)
    {
        var context = Request("""{"name":"x"}""");
        context.Request.ContentType = contentType;

        if (taken)
            Assert.Equal("x", (await ReadAsync(context)).Name);
        else
            Assert.Equal((415, "not-json"), await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(context)) is var p ? (p.Status, p.Type) : default);
    }

    private static DefaultHttpContext Request(string body, bool declared = true)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = declared ? bytes.Length : null;
        context.Request.Body = new MemoryStream(bytes);
        return context;
    }

    private static Task<Named> ReadAsync(HttpContext context) =>
        JsonBody.ReadAsync(context, new JsonBounds(4, 8, 3), NamedJson.Default.Named, Expected);

    private sealed record Named(string? Name);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Named))]
    private sealed partial class NamedJson : JsonSerializerContext;
}
