using System.Text;
using FsCheck.Fluent;
using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class HttpAnswerTests
{
    private const string Counted = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nbusy";
    private const string Chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n5\r\n: 1 }\r\n0\r\n\r\n";

    [Fact]
    public void A_counted_body_is_read()
    {
        var answer = Parse(Counted)!;
        Assert.Equal((503, 7, "busy"), (answer.Status, answer.RetryAfter, Encoding.ASCII.GetString(answer.Body)));
    }

    [Fact]
    public void A_chunked_body_is_put_together()
    {
        var answer = Parse(Chunked)!;
        Assert.Equal((200, null, "{\"a\": 1 }"), (answer.Status, answer.RetryAfter, Encoding.ASCII.GetString(answer.Body)));
    }

    [Fact]
    public void A_part_of_an_answer_is_none() => Properties.Hold(
        Gen.Elements(Counted, Chunked).SelectMany(text => Gen.Choose(0, text.Length - 1).Select(length => text[..length])),
        part => Parse(part) is null);

    [Fact]
    public void A_call_to_go_on_is_passed_over() => Assert.Equal(503, Parse("HTTP/1.1 100 Continue\r\n\r\n" + Counted)!.Status);

    [Fact]
    public void An_answer_without_a_body_is_whole() => Assert.Empty(Parse("HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n")!.Body);

    [Theory]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public void What_is_not_http_is_said_to_be_so(string text) => Assert.Throws<FormatException>(() => Parse(text));

    private static HttpAnswer? Parse(string text) => HttpAnswer.TryParse(Encoding.ASCII.GetBytes(text));
}
