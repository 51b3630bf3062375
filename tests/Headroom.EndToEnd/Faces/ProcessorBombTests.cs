using System.Diagnostics;
using System.Net;
using Headroom.EndToEnd.Running;
using HostilePhotos = Headroom.Imaging.Tests.Samples.Bombs;

namespace Headroom.EndToEnd.Faces;

/// <summary>Photos of a few hundred kilobytes that took a processor ten seconds: ten at once, in a real cgroup, and an ordinary photo behind them.</summary>
public sealed class ProcessorBombTests : IDisposable
{
    private const int AtOnce = 10;
    private const int Ordinary = 15;

    /// <summary>What nobody has to wait for an answer, however slow the machine that runs this is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Between two bombs of one sender: what is tested is the decoding, not a flood of refusals.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(512, "faces,uploads,search")]
    [InlineData(256, "faces")]
    public async Task Ten_at_once_of_each_kind_are_answered_and_so_is_an_ordinary_photo_behind_them(int megabytes, string services)
    {
        using var memory = LimitedMemory.Create(megabytes);
        using var server = await memory.StartAsync(Server.Settings(_data.Path, ("HEADROOM__SERVICES", services)));
        await server.ModelsAreReadyAsync();
        var photo = Photo.Unknown(5);
        await ClockAsync(server, photo);
        var idle = await MedianAsync(server, photo);
        var told = TestContext.Current.TestOutputHelper!;
        told.WriteLine($"{megabytes} MB: an ordinary photo takes {idle.TotalMilliseconds:0} ms");

        foreach (var (name, bomb) in Bombs())
        {
            using var enough = new CancellationTokenSource();
            var attack = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => AttackAsync(server, bomb, enough.Token)));
            var behind = await MedianAsync(server, photo);
            await enough.CancelAsync();
            var answers = (await attack).SelectMany(a => a).ToList();

            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 413 or 422 or 503, $"{name}: {answer}"));
            Assert.True(answers.Count >= AtOnce, $"{name}: {answers.Count} bombs were sent.");
            Assert.Equal((name, 0L), (name, memory.Kills));
            told.WriteLine(
                $"{name}, {bomb.Length / 1024} KB: {behind.TotalMilliseconds:0} ms behind ten, {behind / idle:0.0} times; "
                + $"a bomb at most {answers.Max(a => a.Time).TotalSeconds:0.0} s; {string.Join(", ", answers.CountBy(a => (int)a.Status))}");
        }

        await server.EverythingIsBackAsync();
        await server.StopAsync();
    }

    private static IEnumerable<(string Name, byte[] Photo)> Bombs()
    {
        yield return ("16 bits, 50 MP", HostilePhotos.Png(8000, 6250, 16, 2));
        yield return ("16 bits and transparency, 9 MP", HostilePhotos.Png(3600, 2500, 16, 6));
        yield return ("8 bits, 50 MP", HostilePhotos.Png(8000, 6250, 8, 2));
        yield return ("32 scans, 12 MP", HostilePhotos.EmptyScans(4000, 3000, 32));
        yield return ("32 scans, 48 MP", HostilePhotos.EmptyScans(8000, 6000, 32));
    }

    /// <summary>The median time of ordinary photos, one after the other.</summary>
    private static async Task<TimeSpan> MedianAsync(Server server, byte[] photo)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Ordinary; i++)
            times.Add(await ClockAsync(server, photo));
        return times.Order().ElementAt(Ordinary / 2);
    }

    private static async Task<TimeSpan> ClockAsync(Server server, byte[] photo)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await server.ClockAsync(photo).WaitAsync(Patience);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task<List<(HttpStatusCode Status, TimeSpan Time)>> AttackAsync(Server server, byte[] bomb, CancellationToken enough)
    {
        var answers = new List<(HttpStatusCode, TimeSpan)>();
        do
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await server.ClockAsync(bomb).WaitAsync(Patience, CancellationToken.None);
            answers.Add((answer.StatusCode, Stopwatch.GetElapsedTime(began)));
            await Task.Delay(Pause, CancellationToken.None);
        }
        while (!enough.IsCancellationRequested);
        return answers;
    }
}
