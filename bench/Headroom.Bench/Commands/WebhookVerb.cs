using System.CommandLine;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Commands;

/// <summary><c>webhook</c>: how soon submissions are stored.</summary>
internal static class WebhookVerb
{
    public static Command Create()
    {
        var (limits, server) = (Options.Limits(512), new ServerOptions());
        var duration = Options.Number("--duration", "Seconds of submissions.", 30);
        var rate = Options.Fraction("--rate", "How many submissions a second.", 200);
        var verb = new Command("webhook", "Signed submissions from the start, while the model is still loading; none may be lost.") { limits, duration, rate };
        foreach (var option in server.All)
            verb.Options.Add(option);
        verb.SetAction((given, cancellationToken) => Measurement.ReportAsync(
            given,
            async repository =>
            {
                var scenario = new WebhookScenario(repository, server.Target(given, repository), given.GetValue(rate), given.GetValue(duration), Console.Out);
                return [await scenario.RunAsync(Options.Bytes(given, limits), cancellationToken)];
            },
            cancellationToken));
        return verb;
    }
}
