using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class ModelControlTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Detector = "retinaface-mnet25";

    private Server Server => fixture.Server;

    [Fact]
    public async Task A_model_is_cleared_from_memory_which_says_what_came_back_and_loaded_again()
    {
        using var photo = await Server.ClockAsync(Photo.Unknown(5));

        using var unload = await PostAsync($"{Detector}/unload");
        var freed = await unload.JsonAsync();
        var state = await StateAsync();
        using var again = await PostAsync($"{Detector}/unload");
        using var load = await PostAsync($"{Detector}/load");

        Assert.True(freed.GetProperty("unloaded").GetBoolean());
        Assert.InRange(freed.GetProperty("missing_bytes").GetInt64(), 0, 2 << 20);
        Assert.Equal("unloaded", state);
        Assert.False((await again.JsonAsync()).GetProperty("unloaded").GetBoolean());
        Assert.Equal("ready", (await load.JsonAsync()).GetProperty("state").GetString());
        Assert.Equal("ready", await StateAsync());
        using var after = await Server.ClockAsync(Photo.Unknown(5));
        Assert.Equal(200, (int)after.StatusCode);
    }

    [Fact]
    public async Task A_model_that_there_is_not_is_named_with_those_there_are()
    {
        using var answer = await PostAsync("nonsense/unload");

        Assert.Contains(Detector, await answer.IsProblemAsync(404, "no-such-model"));
    }

    [Fact]
    public async Task Only_an_admin_may()
    {
        using var stranger = Server.Client(null);
        using var answer = await stranger.PostAsync(new Uri($"/api/models/{Detector}/unload", UriKind.Relative), null);

        await answer.IsProblemAsync(401, "no-key");
    }

    [Fact]
    public async Task Metrics_tell_of_models_and_photos()
    {
        using var photo = await Server.ClockAsync(Photo.Unknown(5));
        using var http = Server.Client(null);

        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains($"headroom_inference_seconds_count{{model=\"{Detector}\",result=\"ok\"}}", metrics);
        Assert.Contains("headroom_image_decode_seconds_count{format=\"jpeg\",result=\"ok\"}", metrics);
        Assert.Contains("headroom_trend{kind=\"healthy\"} 1", metrics);
        Assert.Contains("headroom_plan_drift_ratio{kind=\"decode row by row\"}", metrics);
    }

    private Task<HttpResponseMessage> PostAsync(string path) => Server.Http.PostAsync(new Uri("/api/models/" + path, UriKind.Relative), null);

    private async Task<string?> StateAsync() =>
        (await Server.GetAsync("/model-status"))
            .GetProperty("models")
            .EnumerateArray()
            .Single(m => m.GetProperty("name").GetString() == Detector)
            .GetProperty("state")
            .GetString();
}
