using System.Net;
using System.Text;
using System.Text.Json;
using Headroom.EndToEnd.Running;
using static Headroom.EndToEnd.Search.WebhookCalls;

namespace Headroom.EndToEnd.Search;

public sealed class WebhookTests(WebhookFixture fixture) : IClassFixture<WebhookFixture>
{
    private Server Server => fixture.Server;

    private HttpClient Tally => fixture.Tally;

    [Fact]
    public async Task A_signed_submission_is_stored_once_however_often_it_comes()
    {
        var body = Payload("2wgx4n", "The parcel never arrived");

        var first = await Tally.StoreAsync(body);
        var second = await Tally.StoreAsync(body);

        Assert.Equal(("tally:2wgx4n", true), first);
        Assert.Equal(("tally:2wgx4n", false), second);
        var document = await Server.GetAsync("/api/documents/tally:2wgx4n");
        Assert.Equal("Message: The parcel never arrived", document.GetProperty("text").GetString());
        Assert.Equal("Contact us", document.GetProperty("fields").GetProperty("form").GetString());
    }

    [Fact]
    public async Task It_is_found_by_a_paraphrase()
    {
        foreach (var other in (string[])
        [
            "The app crashes when I upload a large photo",
            "I love the new design",
            "Every month I read your newsletter",
            "The delivery was two weeks late",
        ])
            await Tally.StoreAsync(Payload(fixture.NextId(), other));
        var (id, _) = await Tally.StoreAsync(Payload(fixture.NextId(), "Please cancel my subscription"));

        await Eventually.TrueAsync(async () => (await Server.Http.SearchAsync("How do I stop being billed every month?")).FirstOrDefault() == id);
    }

    [Fact]
    public async Task The_previous_secret_still_signs()
    {
        var body = Payload(fixture.NextId(), "x");

        using var answer = await Tally.SubmitAsync(body, [Sign(body, PreviousSecret)]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_signature_nothing_is_taken()
    {
        var id = fixture.NextId();

        using var answer = await Tally.SubmitAsync(Payload(id, "x"), []);

        Assert.Contains("Tally-Signature", await answer.IsProblemAsync(401, "no-signature"));
        Assert.Equal("Tally-Signature", answer.Headers.WwwAuthenticate.ToString());
        await IsNotStoredAsync(id);
    }

    [Fact]
    public async Task A_signature_that_does_not_fit_is_refused()
    {
        var id = fixture.NextId();
        var body = Payload(id, "x");
        var good = Sign(body);
        foreach (var signatures in (string[][])
        [
            [Sign(body, "another secret")], [Sign(Payload(id, "y"))], [good, good], [$"{good},{good}"], [good[..^2]],
            [good + "AAAA"], [""], ["x"], [new string('=', 44)], [new string('A', 8000)], ["sha256=" + good],
        ])
        {
            using var answer = await Tally.SubmitAsync(body, signatures);
            await answer.IsProblemAsync(401, "bad-signature");
        }
        await IsNotStoredAsync(id);
    }

    [Fact]
    public async Task The_same_json_written_otherwise_does_not_fit()
    {
        var id = fixture.NextId();
        var body = Payload(id, "x");
        var written = JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse(body));
        Assert.NotEqual(body, written);

        using var answer = await Tally.SubmitAsync(written, [Sign(body)]);

        await answer.IsProblemAsync(401, "bad-signature");
        await IsNotStoredAsync(id);
    }

    [Fact]
    public async Task A_body_without_a_signature_is_not_waited_for()
    {
        using var connection = await Connection.OpenAsync(Server, "POST /webhook/tally", "Content-Length: 1000000");

        Assert.Contains("urn:headroom:no-signature", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task The_same_event_many_times_at_once_is_stored_once()
    {
        var id = fixture.NextId();
        var body = Payload(id, "the same at once");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Tally.StoreAsync(body)));

        Assert.Single(answers, a => a.Stored);
        Assert.All(answers, a => Assert.Equal($"tally:{id}", a.Id));
    }

    [Fact]
    public async Task A_submission_is_stored_once_under_other_events_and_an_event_once_under_other_submissions()
    {
        var (id, other) = (fixture.NextId(), fixture.NextId());
        await Tally.StoreAsync(Payload(id, "x", $"event-{id}"));

        var sameSubmission = await Tally.StoreAsync(Payload(id, "y", $"event-{other}"));
        var sameEvent = await Tally.StoreAsync(Payload(other, "z", $"event-{id}"));

        Assert.Equal(($"tally:{id}", false), sameSubmission);
        Assert.Equal(($"tally:{id}", false), sameEvent);
        Assert.Equal("Message: x", (await Server.GetAsync($"/api/documents/tally:{id}")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_submission_that_was_deleted_stays_deleted_when_it_is_sent_again()
    {
        var id = fixture.NextId();
        var body = Payload(id, "x");
        await Tally.StoreAsync(body);
        using (var deleted = await Server.Http.DeleteAsync($"/api/documents/tally:{id}"))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        using var again = await Tally.SubmitAsync(body);

        Assert.Equal($$"""{"id":"tally:{{id}}","stored":false,"reason":"removed"}""", await again.Content.ReadAsStringAsync());
        await IsNotStoredAsync(id);
    }

    [Fact]
    public async Task Something_else_than_a_submission_is_told_apart_and_not_stored()
    {
        var id = fixture.NextId();
        var body = Payload(id, "x", eventType: "FORM_PUBLISHED");

        using var answer = await Tally.SubmitAsync(body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"id":null,"stored":false,"reason":"no-submission"}""", await answer.Content.ReadAsStringAsync());
        await IsNotStoredAsync(id);
    }

    [Fact]
    public async Task Five_megabytes_are_refused_whether_their_length_is_told_or_not()
    {
        var body = new byte[5 << 20];
        Array.Fill(body, (byte)' ');
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/webhook/tally")
        {
            Content = new ByteArrayContent(body),
            Headers = { TransferEncodingChunked = true },
        };
        chunked.Headers.Add("Tally-Signature", Sign(body));

        using var told = await Tally.SubmitAsync(body);
        using var untold = await Tally.SendAsync(chunked);

        await told.IsProblemAsync(413, "body-too-large");
        await untold.IsProblemAsync(413, "body-too-large");
    }

    [Fact]
    public async Task A_body_in_chunks_is_taken()
    {
        var body = Payload(fixture.NextId(), new string('a', 300_000));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/webhook/tally")
        {
            Content = new ByteArrayContent(body),
            Headers = { TransferEncodingChunked = true },
        };
        chunked.Headers.Add("Tally-Signature", Sign(body));

        using var answer = await Tally.SendAsync(chunked);

        Assert.True((await answer.JsonAsync()).GetProperty("stored").GetBoolean());
    }

    [Theory]
    [InlineData("", "bad-json")]
    [InlineData("{\"eventId\":", "bad-json")]
    [InlineData("{\"eventId\":\"a\",\"eventId\":\"b\"}", "bad-json")]
    [InlineData("{\"eventId\":\"a\"} and more", "bad-json")]
    [InlineData("{}", "bad-submission")]
    [InlineData("[1,2]", "bad-submission")]
    public async Task A_signed_body_that_makes_no_sense_is_refused(string json, string type)
    {
        using var answer = await Tally.SubmitAsync(Encoding.UTF8.GetBytes(json));

        await answer.IsProblemAsync(400, type);
    }

    [Fact]
    public async Task Json_ten_thousand_deep_and_bytes_that_are_not_utf8_are_refused()
    {
        using var deep = await Tally.SubmitAsync(Raw(fixture.NextId(), new string('[', 10_000) + new string(']', 10_000)));
        using var bytes = await Tally.SubmitAsync([.. "{\"eventId\":\""u8, 0xFF, 0xFE, .. "\"}"u8]);

        await deep.IsProblemAsync(400, "bad-json");
        await bytes.IsProblemAsync(400, "bad-json");
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("null", "")]
    [InlineData("\"\\ud800\"", "Message: \uFFFD")]
    [InlineData("\"a\\u0000b\"", "Message: a b")]
    [InlineData("\"😀😀\"", "Message: 😀😀")]
    [InlineData("\"'; DROP TABLE documents; --\"", "Message: '; DROP TABLE documents; --")]
    public async Task Strange_answers_are_stored(string value, string text)
    {
        var id = fixture.NextId();

        Assert.True((await Tally.StoreAsync(Raw(id, value))).Stored);

        Assert.Equal(text, (await Server.GetAsync($"/api/documents/tally:{id}")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_megabyte_of_one_letter_is_stored()
    {
        var id = fixture.NextId();
        var letters = new string('a', (1 << 20) - 1000);

        Assert.True((await Tally.StoreAsync(Payload(id, letters))).Stored);

        Assert.Equal($"Message: {letters}", (await Server.GetAsync($"/api/documents/tally:{id}")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task Everything_is_counted()
    {
        var before = await CountsAsync();
        var body = Payload(fixture.NextId(), "counted");
        await Tally.StoreAsync(body);
        await Tally.StoreAsync(body);
        using var refused = await Tally.SubmitAsync(body, []);
        using var broken = await Tally.SubmitAsync("{"u8.ToArray());
        var after = await CountsAsync();

        // What is refused for want of memory comes again.
        Assert.Equal(4, More("received_total") - More("refused_total{reason=\"unavailable\"}"));
        Assert.Equal(1, More("stored_total"));
        Assert.Equal(1, More("duplicates_total"));
        Assert.Equal(1, More("refused_total{reason=\"signature\"}"));
        Assert.Equal(1, More("refused_total{reason=\"malformed\"}"));

        double More(string name) => after[name] - before[name];
    }

    private async Task<Dictionary<string, double>> CountsAsync()
    {
        const string Prefix = "headroom_webhook_";
        var text = await Server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Split('\n').Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).Select(line => line[Prefix.Length..].Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task IsNotStoredAsync(string submission)
    {
        using var answer = await Server.Http.GetAsync(new Uri($"/api/documents/tally:{submission}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
