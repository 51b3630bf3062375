using System.Net.Http.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

public sealed class SearchModelTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task A_model_that_is_not_its_manifests_is_told_and_the_server_serves()
    {
        var own = Directory.CreateDirectory(Path.Join(_data.Path, "models", "own")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Join(Built.ServerFolder, "models", "use-lite")))
            File.Copy(file, Path.Join(own, Path.GetFileName(file)));
        var manifest = Path.Join(own, "manifest.json");
        var text = await File.ReadAllTextAsync(manifest);
        var hash = System.Text.Json.JsonElement.Parse(text).GetProperty("sha256").GetString()!;
        await File.WriteAllTextAsync(manifest, text.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        using var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__SERVICES", "search"), ("HEADROOM__SEARCH__MODEL", own)));
        await Eventually.TrueAsync(async () => (await server.GetAsync("/health")).GetProperty("model_error").GetString() is not null);

        var health = await server.GetAsync("/health");
        using var answer = await server.Http.PostAsJsonAsync("/v1/embeddings", new { model = "default", input = "x" });

        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Contains("has sha256", health.GetProperty("model_error").GetString());
        await answer.IsProblemAsync(503, "model-unavailable");
        await server.StopAsync();
    }

    [Theory]
    [InlineData("HEADROOM__SEARCH__MODEL", "nosuchmodel", "HEADROOM__SEARCH__MODEL is 'nosuchmodel'")]
    [InlineData("HEADROOM__SEARCH__BATCHTOKENS", "1", "HEADROOM__SEARCH__BATCHTOKENS must be")]
    public async Task A_setting_that_makes_no_sense_is_answered_with_a_sentence(string name, string value, string sentence)
    {
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path, (name, value)));

        Assert.Equal(1, exitCode);
        Assert.Contains(sentence, output);
        Assert.DoesNotContain("   at ", output);
    }

    public void Dispose() => _data.Dispose();
}
