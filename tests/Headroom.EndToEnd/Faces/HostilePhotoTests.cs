using System.Net;
using Headroom.EndToEnd.Running;
using Headroom.Imaging.Tests.Samples;
using PngParts = Headroom.Imaging.Tests.Samples.HandMade;

namespace Headroom.EndToEnd.Faces;

/// <summary>Photos of a few megabytes that took hundreds to read: ten at once, at a server in a real cgroup.</summary>
public sealed class HostilePhotoTests : IDisposable
{
    private const int AtOnce = 10;
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(512, "faces,uploads,search")]
    [InlineData(256, "faces")]
    public async Task Ten_at_once_of_each_kind_kill_nobody_and_all_are_answered(int megabytes, string services)
    {
        using var memory = LimitedMemory.Create(megabytes);
        using var server = await memory.StartAsync(Server.Settings(_data.Path, ("HEADROOM__SERVICES", services)));
        await server.ModelsAreReadyAsync();
        foreach (var (name, photo) in Kinds())
        {
            using var watching = new CancellationTokenSource();
            var healthy = WatchHealthAsync(server, watching.Token);
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => StatusAsync(server, photo)));
            await watching.CancelAsync();

            Assert.True(await healthy > 0, "Health was not asked meanwhile: nothing was tested.");
            Assert.True(answers.All(status => (int)status is 200 or (>= 400 and < 500) or 503), $"{name}: {string.Join(", ", answers)}");
            Assert.Equal((name, 0L), (name, memory.Kills));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"most used: {memory.MostUsed / 1048576} of {megabytes} MiB");
        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    private static IEnumerable<(string Name, byte[] Photo)> Kinds()
    {
        var jpeg = Photo.Unknown(5);
        var profile = Bombs.Profile(7_900_000);
        // The frame of a lossy WebP of one pixel.
        var frame = WebpFiles.Chunk("VP8 ", Convert.FromBase64String("MAEAnQEqAQABAA7A/iWkAANwAAAAAA=="));
        yield return ("maker notes in a PNG", Bombs.Png(64, 64, 8, 2, before: [PngParts.Chunk("eXIf", Bombs.Exif(7_900_000))]));
        yield return (
            "maker notes in a WebP", WebpFiles.Riff(WebpFiles.Extended(WebpFiles.HasExif, 1, 1), frame, WebpFiles.Chunk("EXIF", Bombs.Exif(7_900_000))));
        yield return (
            "maker notes in a JPEG", Bombs.WithSegments(jpeg, Enumerable.Repeat(Bombs.Segment(0xE1, [.. "Exif\0\0"u8, .. Bombs.Exif(65_000)]), 100)));
        yield return ("prefix-code groups", Bombs.PrefixCodeGroups());
        yield return ("a profile in a JPEG", Bombs.WithSegments(jpeg, Bombs.ProfileSegments(profile)));
        yield return ("a profile in a WebP", WebpFiles.Riff(WebpFiles.Extended(WebpFiles.HasProfile, 1, 1), WebpFiles.Chunk("ICCP", profile), frame));
    }

    private static async Task<HttpStatusCode> StatusAsync(Server server, byte[] photo)
    {
        using var answer = await server.ClockAsync(photo);
        return answer.StatusCode;
    }

    /// <returns>How often.</returns>
    private static async Task<int> WatchHealthAsync(Server server, CancellationToken cancellationToken)
    {
        var rounds = 0;
        do
        {
            Assert.Equal("healthy", (await server.GetAsync("/health")).GetProperty("status").GetString());
            rounds++;
        }
        while (!cancellationToken.IsCancellationRequested);
        return rounds;
    }
}
