using System.Text;
using Headroom.AspNetCore.Problems;
using Headroom.Search.Documents;
using Headroom.Search.Webhook;
using static Headroom.Search.Tests.Webhook.Submission;

namespace Headroom.Search.Tests.Webhook;

public sealed class TallyEventTests
{
    [Fact]
    public void A_submission_is_known_by_its_id_and_by_that_of_its_notification()
    {
        var read = TallyEvent.Read(Bytes())!;

        Assert.Equal("tally:2wgx4n", read.Id);
        Assert.Equal("tally:a4cb511e-d513-4fa5-baee-b815d718dfd1", read.EventId);
    }

    [Theory]
    [InlineData("""{"eventId":"e","data":{"submissionId":"s","responseId":"r"}}""", "tally:s", "tally:e")]
    [InlineData("""{"eventId":"e","data":{"submissionId":null,"responseId":"r"}}""", "tally:r", "tally:e")]
    [InlineData("""{"eventId":"e","data":null}""", "tally:e", "tally:e")]
    [InlineData("""{"eventId":null,"eventType":null,"data":{"submissionId":17}}""", "tally:17", "tally:17")]
    [InlineData("""{"\u0065ventId":"e"}""", "tally:e", "tally:e")]
    public void Ids_that_are_missing_are_made_up_for(string body, string id, string eventId)
    {
        var read = TallyEvent.Read(Encoding.UTF8.GetBytes(body))!;

        Assert.Equal((id, eventId), (read.Id, read.EventId));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("é")]
    [InlineData("'; DROP TABLE documents; --")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public void An_id_that_documents_cannot_have_is_hashed(string id)
    {
        var read = TallyEvent.Read(Encoding.UTF8.GetBytes($$"""{"eventId":"{{id}}","data":{"submissionId":"{{id}}"} }"""))!;

        Assert.StartsWith(TallyEvent.Prefix, read.Id);
        Assert.Equal(TallyEvent.Prefix.Length + 64, read.Id.Length);
        Assert.True(NewDocument.IsId(read.Id));
        Assert.Equal(read.Id, read.EventId);
    }

    [Fact]
    public void Another_event_is_no_submission() => Assert.Null(TallyEvent.Read("""{"eventId":"e","eventType":"FORM_PUBLISHED","data":{}}"""u8));

    [Theory]
    [InlineData("", "bad-json")]
    [InlineData("   ", "bad-json")]
    [InlineData("{", "bad-json")]
    [InlineData("{\"eventId\":\"e\"} x", "bad-json")]
    [InlineData("{\"eventId\":\"e\"}{}", "bad-json")]
    [InlineData("{\"eventId\":\"e\",\"eventId\":\"f\"}", "bad-json")]
    [InlineData("{\"eventId\":\"e\",\"event\\u0049d\":\"f\"}", "bad-json")]
    [InlineData("{\"eventId\":\"e\",\"data\":{\"fields\":[{\"value\":1,\"value\":2}]}}", "bad-json")]
    [InlineData("{\"eventId\":\"\\x\"}", "bad-json")]
    [InlineData("{'eventId':'e'}", "bad-json")]
    [InlineData("{\"eventId\":\"a\nb\"}", "bad-json")]
    [InlineData("null", "bad-submission")]
    [InlineData("[]", "bad-submission")]
    [InlineData("7", "bad-submission")]
    [InlineData("{}", "bad-submission")]
    [InlineData("{\"eventId\":{},\"data\":[]}", "bad-submission")]
    [InlineData("{\"eventId\":\"\"}", "bad-submission")]
    public void What_makes_no_sense_is_refused(string body, string type)
    {
        var refused = Assert.Throws<ProblemException>(() => TallyEvent.Read(Encoding.UTF8.GetBytes(body)));

        Assert.Equal((400, type), (refused.Status, refused.Type));
        Assert.EndsWith(".", refused.Message);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Assert.Contains(
            "UTF-8", Assert.Throws<ProblemException>(() => TallyEvent.Read([.. "{\"eventId\":\"e\",\"unknown\":\""u8, 0xC3, 0x28, .. "\"}"u8])).Message);

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(65, false)]
    [InlineData(50, true)]
    public void Nesting_is_bounded(int depth, bool isRead)
    {
        var body = Encoding.UTF8.GetBytes(
            $$"""{"eventId":"e","data":{"fields":[{"label":"Q","value":{{new string('[', depth)}}1{{new string(']', depth)}} }] } }""");

        if (isRead)
            Assert.StartsWith("Q: [[", TallyEvent.Read(body)!.Text.Text);
        else
            Assert.Equal("bad-json", Assert.Throws<ProblemException>(() => TallyEvent.Read(body)).Type);
    }
}
