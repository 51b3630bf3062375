using System.CommandLine;
using Headroom.Bench.Sentences;

namespace Headroom.Bench.Commands;

/// <summary>The verbs that measure sentence models. They need neither root nor a checkout.</summary>
internal static class SentenceVerbs
{
    private const int Seed = 20_261_121;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(3);

    /// <summary><c>sts</c>: how well vectors agree with people.</summary>
    public static Command Sts()
    {
        var file = new Argument<FileInfo>("file") { Description = "Sentence pairs with scores, as the STS benchmark has them." };
        var (model, server) = (Model(), new ServerOptions());
        var verb = new Command("sts", "Correlate the sentence model's cosines with people's scores.") { file, model, server.Which };
        verb.SetAction((given, cancellationToken) => Measurement.CatchAsync(async () =>
        {
            var pairs = SentencePair.Read(given.GetValue(file)!.FullName);
            await using var bench = new SentenceBench(given.GetValue(model)!, server.Program(given));
            await bench.CorrelateAsync(pairs, Console.Out, cancellationToken);
        }));
        return verb;
    }

    /// <summary><c>embed</c>: how fast, beside a bare loop, and over HTTP beside another server.</summary>
    public static Command Embed()
    {
        var (model, server) = (Model(), new ServerOptions());
        var rounds = Options.Number("--rounds", "Turns of each.", 5);
        var clients = Options.Together(16);
        var servers = new Option<string[]>("--url") { Description = "Servers that run already, measured in turns instead; may be repeated." };
        var key = new Option<string?>("--key") { Description = "Their key." };
        var verb = new Command("embed", "Embedding throughput beside a bare loop, or of servers that run already.")
        {
            model, rounds, clients, servers, key, server.Which,
        };
        verb.SetAction((given, cancellationToken) => Measurement.CatchAsync(async () =>
        {
            var texts = SentenceSource.Make(500, Seed);
            if (given.GetValue(servers) is { Length: > 0 } urls)
            {
                await ServersAsync([.. urls.Select(Parse)], given.GetValue(key), texts, given.GetValue(clients), given.GetValue(rounds), cancellationToken);
                return;
            }
            await using var bench = new SentenceBench(given.GetValue(model)!, server.Program(given));
            await bench.CompareAsync(texts, given.GetValue(rounds), Console.Out, cancellationToken);
        }));
        return verb;
    }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new BenchException($"--url: «{text}» is no address; write http://HOST:PORT.");

    private static Option<string> Model() => new("--model")
    {
        Description = "The model's folder, or its name under models beside the server.",
        DefaultValueFactory = _ => "use-lite",
    };

    private static async Task ServersAsync(Uri[] urls, string? key, string[] texts, int clients, int rounds, CancellationToken cancellationToken)
    {
        for (var round = -1; round < rounds; round++)
        {
            foreach (var url in urls)
            {
                using var server = new EmbeddingServer(url, key);
                var many = await server.MeasureAsync(texts, clients, Turn, cancellationToken);
                var alone = await server.MeasureAsync(["How do I stop being billed every month?"], 1, Turn, cancellationToken);
                // The first round warms up.
                if (round < 0)
                    continue;
                await Console.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{url}: {many.PerSecond:0} texts/s from {clients} clients; one short sentence alone p50 {alone.Median.TotalMilliseconds:0.00} ms"));
            }
        }
    }
}
