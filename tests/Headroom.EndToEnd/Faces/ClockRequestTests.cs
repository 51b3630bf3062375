using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class ClockRequestTests(EnrolledServerFixture fixture) : IClassFixture<EnrolledServerFixture>
{
    private Server Server => fixture.Server;

    [Fact]
    public async Task A_photo_of_several_people_is_nobody_s()
    {
        using var answer = await Server.ClockAsync(Photo.Unknown(1));

        Assert.Contains("alone", await answer.IsProblemAsync(422, "several-faces"));
        await Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_direction_may_be_said_and_is_checked()
    {
        using var outward = await Server.ClockAsync(Photo.Unknown(3), "?direction=out");
        using var sideways = await Server.ClockAsync(Photo.Unknown(3), "?direction=sideways");

        Assert.Equal("out", (await outward.JsonAsync()).GetProperty("event").GetProperty("direction").GetString());
        Assert.Contains("auto, in or out", await sideways.IsProblemAsync(400, "bad-direction"));
    }

    [Fact]
    public async Task A_multipart_form_does_as_well_as_a_raw_body()
    {
        using var form = Photo.Form("image", Photo.Unknown(4));
        using var answer = await Server.Http.PostAsync(new Uri("/api/clock", UriKind.Relative), form);

        Assert.Equal("jessica smith", (await answer.JsonAsync()).GetProperty("staff").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_kiosk_s_key_may_clock_and_nothing_else()
    {
        var (exitCode, output) = await fixture.CommandAsync("keys", "add", "front-door", "--scope", "kiosk");
        Assert.Equal(0, exitCode);
        using var kiosk = Server.Client(output.Trim());

        using var body = Photo.Raw(Photo.Unknown(5));
        using var clock = await kiosk.PostAsync(new Uri("/api/clock", UriKind.Relative), body);
        using var list = await kiosk.GetAsync(new Uri("/api/staff", UriKind.Relative));

        Assert.Equal("laura tilling", (await clock.JsonAsync()).GetProperty("staff").GetProperty("name").GetString());
        Assert.Contains("admin key", await list.IsProblemAsync(403, "wrong-scope"));
    }

    [Fact]
    public async Task Sixty_four_photos_at_once_are_all_answered()
    {
        var photo = Photo.Unknown(5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Server.ClockAsync(photo)));

        Assert.All(answers, answer => Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode));
        await Server.EverythingIsBackAsync();
    }
}
