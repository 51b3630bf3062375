using System.CommandLine;
using Headroom.Bench.Photos;
using Headroom.Bench.Programs;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Commands;

/// <summary><c>pairs</c>: what a change costs, from two builds in turns.</summary>
internal static class PairsVerb
{
    public static Command Create()
    {
        var before = new Option<string>("--before") { Description = "The headroom program of one build, or its folder.", Required = true };
        var after = new Option<string?>("--after") { Description = "That of the other build; by default the one that was built with the bench." };
        var names = Options.Separated("--scenarios", $"What to measure: {string.Join(", ", PairsScenario.Names)}.", [.. PairsScenario.Names]);
        var pairs = Options.Number("--pairs", "Turns of each build.", 5);
        var limit = Options.Number("--limit", "Memory limit in MiB.", 512);
        var duration = Options.Number("--duration", "Seconds of together; embed and webhook take a quarter of it.", 120);
        var wait = Options.Number("--wait", "Seconds between the last clock-in and the idle figures.", 45);
        var verb = new Command("pairs", "Two builds of the server in turns: processor time and memory of one beside the other.")
        {
            before, after, names, pairs, limit, duration, wait,
        };
        verb.SetAction((given, cancellationToken) => Measurement.ReportAsync(
            given,
            async repository =>
            {
                var asked = Options.Known(given, names, PairsScenario.Names);
                var (was, now) = (BuiltProgram.At(given.GetValue(before)!), given.GetValue(after) is { } path ? BuiltProgram.At(path) : BuiltProgram.Server());
                var options = new PairsOptions(
                    asked, given.GetValue(pairs), given.GetValue(limit) * Options.Mebibyte, given.GetValue(duration), given.GetValue(wait),
                    await was.VersionAsync(cancellationToken), await now.VersionAsync(cancellationToken));
                var runtime = PrivateRuntime.Prepare(repository);
                HeadroomTarget Copy(BuiltProgram program, string name) =>
                    new(program.CopyTo(repository.Artifacts, name), runtime, new Dictionary<string, string>());
                var subject = new Subject(
                    repository, BuiltProgram.Bench(), await TestPhotos.PrepareAsync(repository, cancellationToken), [], [options.Limit], Console.Out);
                return [await new PairsScenario(subject, Copy(was, "server-before"), Copy(now, "server-after"), options).RunAsync(cancellationToken)];
            },
            cancellationToken));
        return verb;
    }
}
