using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class ModelTests : IDisposable
{
    private const string Detector = "retinaface-mnet25";

    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Models_load_at_the_first_photo_when_they_are_not_loaded_ahead()
    {
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false"), ("HEADROOM__SERVICES", "faces")));
        var before = await server.GetAsync("/health");

        using var answer = await server.ClockAsync(Photo.Unknown(5));
        var after = await server.GetAsync("/model-status");

        Assert.Equal((false, false), (before.GetProperty("model_loaded").GetBoolean(), before.GetProperty("model_loading").GetBoolean()));
        Assert.Equal("healthy", before.GetProperty("status").GetString());
        Assert.Equal("unknown", (await answer.JsonAsync()).GetProperty("decision").GetString());
        Assert.True(after.GetProperty("model_loaded").GetBoolean());
        await server.StopAsync();
    }

    [Fact]
    public async Task Health_answers_and_photos_wait_while_models_are_prepared()
    {
        using var empty = new TemporaryFolder();
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM_MODELS", empty.Path)));
        var early = await server.GetAsync("/health");
        using var ready = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));

        using var answer = await server.ClockAsync(Photo.Unknown(5));

        Assert.Equal((false, true), (early.GetProperty("model_loaded").GetBoolean(), early.GetProperty("model_loading").GetBoolean()));
        Assert.Contains("is being loaded", await ready.IsProblemAsync(503, "not-ready"));
        Assert.Equal("unknown", (await answer.JsonAsync()).GetProperty("decision").GetString());
        await server.StopAsync();
    }

    [Fact]
    public async Task A_prepared_model_that_was_damaged_is_prepared_again()
    {
        using var damaged = new TemporaryFolder();
        Copy(Path.Join(Built.ServerFolder, "models", "prepared"), damaged.Path);
        foreach (var weights in Directory.EnumerateFiles(damaged.Path, "model.data", SearchOption.AllDirectories))
            Damage(weights);
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM_MODELS", damaged.Path)));

        using var answer = await server.ClockAsync(Photo.Unknown(5));
        await server.ModelsAreReadyAsync();
        var models = await server.GetAsync("/model-status");

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.All(models.GetProperty("models").EnumerateArray(), model => Assert.Equal("ready", model.GetProperty("state").GetString()));
        Assert.Equal(3, Directory.EnumerateFiles(Path.Join(_data.Path, "models", "prepared"), "prepared.json", SearchOption.AllDirectories).Count());
        await server.StopAsync();
    }

    [Fact]
    public async Task A_model_whose_file_is_not_the_one_it_says_is_an_error_that_is_told()
    {
        var own = Directory.CreateDirectory(Path.Join(_data.Path, "models")).FullName;
        File.Copy(Path.Join(Built.ServerFolder, "models", Detector + ".onnx"), Path.Join(own, Detector + ".onnx"));
        var description = await File.ReadAllTextAsync(Path.Join(Built.ServerFolder, "models", Detector + ".json"));
        var hash = System.Text.Json.JsonElement.Parse(description).GetProperty("sha256").GetString()!;
        await File.WriteAllTextAsync(Path.Join(own, Detector + ".json"), description.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        using var server = await Server.StartAsync(Server.Settings(_data.Path));
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health")).GetProperty("model_error").GetString() is not null);

        var health = await server.GetAsync("/health");
        using var ready = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        using var answer = await server.ClockAsync(Photo.Unknown(5));

        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Contains(Detector, health.GetProperty("model_error").GetString());
        Assert.Contains("sha256", health.GetProperty("model_error").GetString());
        foreach (var open in (string[])["/health", "/model-status", "/health/ready"])
        {
            using var told = await server.Http.GetAsync(new Uri(open, UriKind.Relative));
            Assert.Contains(Detector + ".onnx", await told.Content.ReadAsStringAsync());
            Assert.DoesNotContain(_data.Path, await told.Content.ReadAsStringAsync());
        }
        await server.Program.HearAsync(Path.Join(own, Detector + ".onnx"));
        await ready.IsProblemAsync(503, "not-ready");
        Assert.Contains("Put the right file there", await answer.IsProblemAsync(503, "model-unavailable"));
        Assert.NotNull(answer.Headers.RetryAfter);
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    [Fact]
    public async Task A_model_whose_run_takes_much_more_than_its_description_says_fails_alone()
    {
        var own = Directory.CreateDirectory(Path.Join(_data.Path, "models")).FullName;
        foreach (var model in (string[])[Detector, "faceplugin-feature"])
        {
            File.Copy(Path.Join(Built.ServerFolder, "models", model + ".onnx"), Path.Join(own, model + ".onnx"));
            var description = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Join(Built.ServerFolder, "models", model + ".json")))!;
            (description["resident_mb"], description["run_mb"]) = (0.1, 0.1);
            await File.WriteAllTextAsync(Path.Join(own, model + ".json"), description.ToJsonString());
        }
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__SERVICES", "faces")));
        await server.ModelsAreReadyAsync();

        using var answer = await server.ClockAsync(Photo.Unknown(5));

        await answer.IsProblemAsync(503, "inference-failed");
        Assert.NotNull(answer.Headers.RetryAfter);
        await server.Program.HearAsync("POST /api/clock failed: ONNX Runtime, ");
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    public void Dispose() => _data.Dispose();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void Damage(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = stream.Length / 2;
        var value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)~value);
    }
}
