using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

/// <summary>With faces alone there is a key file, too: templates are encrypted under it.</summary>
public sealed class TemplateKeyTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Who_was_enrolled_is_recognised_after_a_rotation_and_nobody_starts_without_the_key()
    {
        using (var server = await Server.StartAsync(Settings()))
        {
            await server.AddPhotoAsync(await server.AddStaffAsync("laura", "Laura"), Photo.Labelled("laura tilling").First());
            await server.StopAsync();
        }
        Assert.True(File.Exists(_data["master.keys"]));
        var (rotated, told) = await Program.RunAsync(Built.Server, Settings(), "keys", "rotate-master");
        Assert.True(rotated == 0, told);

        using (var server = await Server.StartAsync(Settings()))
        {
            using var clocked = await server.ClockAsync(Photo.Unknown(5));
            Assert.True((await clocked.JsonAsync()).GetProperty("success").GetBoolean());
            await server.StopAsync();
        }
        // The old key is needed no more.
        var keys = (await File.ReadAllLinesAsync(_data["master.keys"])).Where(l => l.Length > 0 && l[0] != '#').ToArray();
        Assert.Equal(2, keys.Length);
        await File.WriteAllTextAsync(_data["master.keys"], keys[0] + "\n");
        using (var server = await Server.StartAsync(Settings()))
        {
            using var clocked = await server.ClockAsync(Photo.Unknown(5));
            Assert.True((await clocked.JsonAsync()).GetProperty("success").GetBoolean());
            await server.StopAsync();
        }

        await File.WriteAllTextAsync(_data["master.keys"], keys[1] + "\n");
        var (wrong, missing) = await Program.RunAsync(Built.Server, Settings());
        Assert.Equal(1, wrong);
        Assert.Contains("is missing; there are", missing);
        File.Delete(_data["master.keys"]);
        var (lost, sentence) = await Program.RunAsync(Built.Server, Settings());
        Assert.Equal(1, lost);
        Assert.Contains($"The master key file '{_data["master.keys"]}' is missing", sentence);
        Assert.DoesNotContain("   at ", sentence);
        Assert.False(File.Exists(_data["master.keys"]));
    }

    private Dictionary<string, string> Settings() => Server.Settings(_data.Path, ("HEADROOM__SERVICES", "faces"));
}
