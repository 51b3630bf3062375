using System.Text;
using Headroom.Bench.Load;
using Headroom.Bench.Searches;

namespace Headroom.Bench.Tests.Searches;

public sealed class SearchQueriesTests
{
    [Theory]
    [InlineData(200, """{"items":[{"id":"a"}],"mode":"hybrid"}""", "200")]
    [InlineData(200, """{"items":[{"id":"a"}],"mode":"keyword"}""", SearchQueries.WordsAlone)]
    [InlineData(200, """{"items":[],"mode":"hybrid"}""", "200 without results")]
    [InlineData(200, """{"items":[{"id":"a"}""", "200 not understood")]
    [InlineData(200, "[]", "200 not understood")]
    [InlineData(500, "", "500")]
    [InlineData(503, "", "503 without Retry-After")]
    public void An_answer_counts_by_what_was_found(int status, string body, string outcome) =>
        Assert.Equal(outcome, SearchQueries.Judge(new HttpAnswer(status, RetryAfter: null, Encoding.UTF8.GetBytes(body))));

    [Fact]
    public void A_refusal_that_says_when_to_come_back_is_a_503() => Assert.Equal("503", SearchQueries.Judge(new HttpAnswer(503, 2, [])));
}
