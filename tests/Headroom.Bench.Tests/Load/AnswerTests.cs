using System.Text;
using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class AnswerTests
{
    [Theory]
    [InlineData("""{"decision":"accepted","staff":{"employee_id":"E-1"}}""", true, "200 accepted")]
    [InlineData("""{"decision":"duplicate","staff":null}""", true, "200 duplicate")]
    [InlineData("""{"decision":"accepted","staff":{"employee_id":"E-2"}}""", false, "200 accepted")]
    [InlineData("""{"decision":"unknown"}""", false, "200 unknown")]
    public void Only_the_right_person_is_right(string body, bool right, string outcome)
    {
        var answer = Judge(200, null, body);
        Assert.Equal((outcome, right, true), (answer.Outcome, answer.IsRight, answer.IsProper));
    }

    [Theory]
    [InlineData(413, null, true)]
    [InlineData(503, 3, true)]
    [InlineData(503, null, false)]
    [InlineData(500, null, false)]
    [InlineData(502, 3, false)]
    [InlineData(302, null, false)]
    public void Only_some_statuses_are_proper(int status, int? retryAfter, bool proper)
    {
        var answer = Judge(status, retryAfter, "");
        Assert.Equal((false, proper), (answer.IsRight, answer.IsProper));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_200_that_says_nothing_is_not_proper(string body) => Assert.False(Judge(200, null, body).IsProper);

    [Fact]
    public void Where_nobody_is_expected_every_200_is_right() => Assert.True(Answer.Judge(new HttpAnswer(200, null, []), employee: null, 1).IsRight);

    private static Answer Judge(int status, int? retryAfter, string body) =>
        Answer.Judge(new HttpAnswer(status, retryAfter, Encoding.UTF8.GetBytes(body)), "E-1", 1);
}
