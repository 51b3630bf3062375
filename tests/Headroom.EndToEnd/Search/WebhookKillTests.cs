using System.Collections.Concurrent;
using Headroom.EndToEnd.Running;
using static Headroom.EndToEnd.Search.WebhookCalls;

namespace Headroom.EndToEnd.Search;

/// <summary>
/// Kills the server at random moments while submissions arrive, some of them twice: each that was acknowledged is found
/// afterwards, and none twice.
/// </summary>
public sealed class WebhookKillTests : IDisposable
{
    private const int Senders = 8;
    private readonly TemporaryFolder _data = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private int _sent;

    [Fact]
    public async Task No_kill_loses_an_acknowledged_submission_nor_doubles_one()
    {
        var kills = new Kills();
        for (var kill = 0; kill < kills.Count; kill++)
        {
            var before = _acknowledged.Count;
            using (var server = await Server.StartAsync(Settings(_data.Path)))
            using (var tally = server.Client(null))
            {
                var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(tally)));
                await kills.StrikeAsync(server, () => _acknowledged.Count > before);
                await sending;
            }
            using (var server = await Server.StartAsync(Settings(_data.Path)))
            {
                await AreFoundOnceAsync(server, [.. _acknowledged.Skip(before)]);
                // And those of all kills before.
                if (kill == kills.Count - 1)
                    await AreFoundOnceAsync(server, [.. _acknowledged]);
                await server.StopAsync();
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{_acknowledged.Count} acknowledged of {_sent} sent, over {kills.Count} kills");
        Assert.True(_acknowledged.Count > kills.Count, "The kills came before anything was acknowledged: nothing was tested.");
    }

    public void Dispose() => _data.Dispose();

    /// <summary>Sends one after the other until the server is gone, every third one twice at once.</summary>
    private async Task SendAsync(HttpClient tally)
    {
        try
        {
            while (true)
            {
                var number = Interlocked.Increment(ref _sent);
                var word = Word(number);
                var body = Payload(word, $"Please tell me about {word}");
                var answers = await Task.WhenAll(Enumerable.Range(0, number % 3 == 0 ? 2 : 1).Select(_ => tally.StoreAsync(body)));
                Assert.Single(answers, a => a.Stored);
                _acknowledged.Enqueue(word);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException)
        {
            // The server was killed.
        }
    }

    private static async Task AreFoundOnceAsync(Server server, string[] words) =>
        await Parallel.ForEachAsync(words, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (word, _) =>
        {
            var found = await server.Http.SearchAsync(word, "keyword");
            Assert.True(found is [var id] && id == $"tally:{word}", $"'{word}' was acknowledged, and finds [{string.Join(", ", found)}].");
        });

    /// <summary>A word that nothing else has: no letter of it is taken for an ending.</summary>
    private static string Word(int number) => $"k{number}q";
}
