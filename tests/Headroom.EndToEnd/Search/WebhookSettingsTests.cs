using Headroom.EndToEnd.Running;
using static Headroom.EndToEnd.Search.WebhookCalls;

namespace Headroom.EndToEnd.Search;

public sealed class WebhookSettingsTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Without_a_secret_the_route_is_closed_and_says_what_to_set()
    {
        using var server = await Server.StartAsync(
            Settings(_data.Path, ("TALLY_SIGNING_SECRET", ""), ("TALLY_SIGNING_SECRET_PREVIOUS", ""), ("HEADROOM__MODELS__PRELOAD", "false")));
        using var tally = server.Client(null);
        var body = Payload("s1", "x");

        using var answer = await tally.SubmitAsync(body, [Sign(body, "")]);

        var sentence = await answer.IsProblemAsync(503, "webhook-closed");
        Assert.Contains("TALLY_SIGNING_SECRET", sentence);
        Assert.Contains("HEADROOM__SEARCH__ALLOW_UNSIGNED=true", sentence);
        Assert.NotNull(answer.Headers.RetryAfter);
        await server.Program.HearAsync("takes nothing before TALLY_SIGNING_SECRET is set");
        await server.StopAsync();
    }

    [Fact]
    public async Task For_development_submissions_are_taken_unsigned_with_a_warning()
    {
        using var server = await Server.StartAsync(Settings(
            _data.Path,
            ("TALLY_SIGNING_SECRET", ""),
            ("TALLY_SIGNING_SECRET_PREVIOUS", ""),
            ("HEADROOM__SEARCH__ALLOW_UNSIGNED", "true"),
            ("HEADROOM__MODELS__PRELOAD", "false")));
        using var tally = server.Client(null);

        using var answer = await tally.SubmitAsync(Payload("s1", "x"), []);

        Assert.True((await answer.JsonAsync()).GetProperty("stored").GetBoolean());
        await server.Program.HearAsync("for development only");
        await server.StopAsync();
    }

    [Fact]
    public async Task A_secret_counts_even_where_unsigned_is_allowed()
    {
        using var server = await Server.StartAsync(Settings(_data.Path, ("HEADROOM__SEARCH__ALLOW_UNSIGNED", "true"), ("HEADROOM__MODELS__PRELOAD", "false")));
        using var tally = server.Client(null);

        using var answer = await tally.SubmitAsync(Payload("s1", "x"), []);

        await answer.IsProblemAsync(401, "no-signature");
        Assert.DoesNotContain("for development only", server.Program.Output);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_secret_that_can_be_guessed_ends_the_start()
    {
        var (code, output) = await Program.RunAsync(Built.Server, Settings(_data.Path, ("TALLY_SIGNING_SECRET", "guess-me")));

        Assert.Equal(1, code);
        Assert.Contains("TALLY_SIGNING_SECRET has 8 bytes", output);
        Assert.DoesNotContain("guess-me", output);
    }

    public void Dispose() => _data.Dispose();
}
