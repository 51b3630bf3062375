using System.CommandLine;
using Headroom.Bench.Indexes;
using Headroom.Bench.Models;
using Headroom.Bench.Programs;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Commands;

/// <summary>The scenarios in which a part of the bench runs inside the limit: the library on its own.</summary>
internal static class ModelVerbs
{
    private const string Copy = "library";

    public static Command LargeModels()
    {
        var duration = Options.Number("--duration", "Seconds of calls under each limit.", 30);
        var clients = Options.Together(8);
        var unprepared = new Option<bool>("--unprepared") { Description = "Also host the files as they are, under the first limit." };
        var whom = new SubjectOptions([], 512, 400, 320, 256);
        return whom.Verb("large-models", "Three models of real size in one process.", [duration, clients, unprepared], (given, subject, cancellationToken) =>
        {
            var (copy, runtime) = (BuiltProgram.Bench().CopyTo(subject.Repository.Artifacts, Copy), PrivateRuntime.Prepare(subject.Repository));
            var scenario = new LargeModelsScenario(
                subject, whom.Server.Program(given), (name, hosted) =>
                    new ModelHostTarget(copy, runtime, name, hosted), given.GetValue(clients), given.GetValue(duration), given.GetValue(unprepared));
            return scenario.RunAsync(cancellationToken);
        });
    }

    public static Command Vectors()
    {
        var targets = Options.Separated("--targets", $"What to measure: {string.Join(", ", VectorsScenario.Targets)}.", [.. VectorsScenario.Targets]);
        var cases = Options.Separated("--cases", "COUNT:LIMIT, how many vectors under how many MiB.", ["100000:512", "250000:512", "1000000:1024"]);
        var kind = new Option<string>("--vectors") { Description = "What they are like.", DefaultValueFactory = _ => SampleVectors.Clustered };
        var queries = Options.Number("--queries", "How many queries.", 200);
        kind.AcceptOnlyFromAmong(SampleVectors.Clustered, SampleVectors.Random);
        var verb = new Command("vectors", "The vector index beside usearch and an exact search.") { targets, cases, kind, queries };
        verb.SetAction((given, cancellationToken) => Measurement.ReportAsync(
            given,
            async repository =>
            {
                var whom = Options.Known(given, targets, VectorsScenario.Targets);
                var (copy, runtime) = (BuiltProgram.Bench().CopyTo(repository.Artifacts, Copy), PrivateRuntime.Prepare(repository));
                var scenario = new VectorsScenario(repository, copy, runtime, given.GetValue(kind)!, given.GetValue(queries), whom, Console.Out);
                return [await scenario.RunAsync([.. given.GetValue(cases)!.Select(CountUnderLimit)], cancellationToken)];
            },
            cancellationToken));
        return verb;
    }

    private static (int Count, long Limit) CountUnderLimit(string text) =>
        text.Split(':') is [var count, var limit]
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var vectors)
        && int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)
            ? (vectors, mebibytes * Options.Mebibyte)
            : throw new BenchException($"--cases: «{text}» is not COUNT:LIMIT, for example 250000:512.");
}
