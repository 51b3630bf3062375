using System.CommandLine;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Indexes;
using Headroom.Bench.Load;
using Headroom.Bench.Models;
using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Sentences;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench;

/// <summary><c>headroom bench</c>: its verbs are the scenarios.</summary>
public sealed class BenchCommand
{
    private readonly BenchOptions _options = new();

    private BenchCommand()
    {
    }

    /// <param name="name">How the program's command line calls it.</param>
    /// <param name="description">What its help says.</param>
    public static Command Create(string name, string description)
    {
        var bench = new BenchCommand();
        var o = bench._options;
        Option[] clock = [o.Clients, o.Requests, o.Warmup];
        Option[] requests = [o.Body, o.Timeout];
        return new Command(name, description)
        {
            bench.Verb("clock", "Many clients clock in with a 12 MP photo at once.", o.Whom, [.. clock, .. requests], bench.Clock),
            bench.Verb("start", "From process start to the first answer and to loaded models.", o.Whom, [o.Starts], bench.Start),
            bench.Verb("idle", "Memory when nothing happens, with and without models.", o.Whom, [o.Wait, .. requests], bench.Idle),
            bench.Verb("all", "clock, start and idle in one report.", o.Whom, [.. clock, o.Starts, o.Wait, .. requests], bench.Clock, bench.Start, bench.Idle),
            bench.Overload(),
            bench.LowerLimit(),
            bench.Leak(),
            bench.LargeModels(),
            bench.Soak(),
            bench.Together(),
            bench.Webhook(),
            Vectors(),
            bench.Uploads(),
            SentenceVerbs.Sts(CatchAsync),
            SentenceVerbs.Embed(CatchAsync),
            HostModels(),
            WorkOnIndex(),
            Hidden(LoadProcess.CrowdVerb, "The load client that the bench starts for itself.", LoadProcess.ServeCrowdAsync),
            Hidden(LoadProcess.MixVerb, "The mixed load client that the bench starts for itself.", LoadProcess.ServeMixAsync),
            Hidden(LoadProcess.UploadVerb, "The client of uploads that the bench starts for itself.", LoadProcess.ServeUploadsAsync),
        };
    }

    private Command Overload()
    {
        var calm = BenchOptions.Seconds("--calm", "Seconds in which the sustainable rate is measured before.", 20);
        var duration = BenchOptions.Seconds("--duration", "Seconds of overload.", 300);
        var factor = new Option<double>("--factor") { Description = "How many times the sustainable rate.", DefaultValueFactory = _ => 4 };
        return Verb("overload", "Several times as many clock-ins as it can take, with slow, bad and leaving clients.", new SubjectOptions(["headroom"], [512, 384, 256]), [calm, duration, factor],
            (given, subject, cancellationToken) => new OverloadScenario(subject, new OverloadOptions(given.GetValue(calm), given.GetValue(duration), given.GetValue(factor))).RunAsync(cancellationToken));
    }

    private Command LowerLimit()
    {
        var phase = BenchOptions.Seconds("--phase", "Seconds under each limit.", 60);
        var clients = BenchOptions.Together(8);
        return Verb("lower-limit", "The limit is lowered step by step under load, and raised again.", new SubjectOptions(["headroom"], [512, 320, 256]), [phase, clients],
            (given, subject, cancellationToken) => new LowerLimitScenario(subject, given.GetValue(clients), given.GetValue(phase)).RunAsync(cancellationToken));
    }

    private Command Leak()
    {
        var duration = BenchOptions.Seconds("--duration", "Seconds in all; the leak takes the first 60 % of it.", 600);
        var clients = BenchOptions.Together(2);
        var share = new Option<double>("--share") { Description = "What share of the limit leaks, 0 to 1.", DefaultValueFactory = _ => 0.7 };
        return Verb("leak", "The server leaks native memory on purpose under load.", new SubjectOptions(["headroom"], [512]), [duration, clients, share],
            (given, subject, cancellationToken) => new LeakScenario(subject, OnlyHeadroom(subject), given.GetValue(clients), given.GetValue(duration), given.GetValue(share)).RunAsync(cancellationToken));
    }

    private Command LargeModels()
    {
        var duration = BenchOptions.Seconds("--duration", "Seconds of calls under each limit.", 30);
        var clients = BenchOptions.Together(8);
        var unprepared = new Option<bool>("--unprepared") { Description = "Also host the files as they are, under the first limit." };
        return Verb("large-models", "Three models of real size in one process.", new SubjectOptions([], [512, 400, 320, 256]), [duration, clients, unprepared],
            (given, subject, cancellationToken) =>
            {
                var (copy, runtime) = (Program(given).CopyTo(subject.Repository.Artifacts), PrivateRuntime.Prepare(subject.Repository));
                return new LargeModelsScenario(subject, (name, hosted) => new ModelHostTarget(copy, runtime, name, hosted), given.GetValue(clients), given.GetValue(duration), given.GetValue(unprepared))
                    .RunAsync(cancellationToken);
            });
    }

    private static Command HostModels()
    {
        var description = new Argument<string>("description");
        var verb = new Command(ModelHost.Verb, "The service that the bench starts for large-models.") { description };
        verb.Hidden = true;
        verb.SetAction((given, cancellationToken) => CatchAsync(() => ModelHost.ServeAsync(given.GetValue(description)!, cancellationToken)));
        return verb;
    }

    private Command Soak()
    {
        var duration = BenchOptions.Seconds("--duration", "Seconds of load.", 600);
        var clients = BenchOptions.Together(2);
        return Verb("soak", "A steady load of everything; memory must stay flat.", new SubjectOptions(["headroom"], [512]), [duration, clients],
            (given, subject, cancellationToken) => new SoakScenario(subject, given.GetValue(clients), given.GetValue(duration)).RunAsync(cancellationToken));
    }

    private Command Together()
    {
        var duration = BenchOptions.Seconds("--duration", "Seconds of load.", 300);
        return Verb("together", "Clock-ins, uploads, submissions and searches at once.", new SubjectOptions(["headroom"], [512]), [duration],
            (given, subject, cancellationToken) => new TogetherScenario(subject, OnlyHeadroom(subject), given.GetValue(duration)).RunAsync(cancellationToken));
    }

    private Command Webhook()
    {
        var limits = new SubjectOptions([], [512]).Limits;
        var duration = BenchOptions.Seconds("--duration", "Seconds of submissions.", 30);
        var rate = new Option<double>("--rate") { Description = "How many submissions a second.", DefaultValueFactory = _ => 200 };
        var verb = new Command("webhook", "Signed submissions from the start, while the model is still loading; none may be lost.") { limits, duration, rate, _options.Server, _options.ServerEnvironment };
        verb.SetAction((given, cancellationToken) => CatchAsync(() => ReportAsync(
            given,
            async repository =>
            {
                var scenario = new WebhookScenario(repository, Headroom(repository, given), given.GetValue(rate), given.GetValue(duration), Console.Out);
                return [await scenario.RunAsync([.. given.GetValue(limits)!.Select(mebibytes => mebibytes * 1048576L)], cancellationToken)];
            },
            cancellationToken)));
        return verb;
    }

    private static Command Vectors()
    {
        var targets = BenchOptions.Separated("--targets", $"What to measure: {string.Join(", ", VectorsScenario.Targets)}.", [.. VectorsScenario.Targets]);
        var cases = BenchOptions.Separated("--cases", "COUNT:LIMIT, how many vectors under how many MiB.", ["100000:512", "250000:512", "1000000:1024"]);
        var kind = new Option<string>("--vectors") { Description = "What they are like.", DefaultValueFactory = _ => SampleVectors.Clustered };
        var queries = new Option<int>("--queries") { Description = "How many queries.", DefaultValueFactory = _ => 200 };
        kind.AcceptOnlyFromAmong(SampleVectors.Clustered, SampleVectors.Random);
        var verb = new Command("vectors", "The vector index beside usearch and an exact search.") { targets, cases, kind, queries };
        verb.SetAction((given, cancellationToken) => CatchAsync(() => ReportAsync(
            given,
            async repository =>
            {
                if (Array.Find(given.GetValue(targets)!, target => !VectorsScenario.Targets.Contains(target)) is { } unknown)
                    throw new BenchException($"--targets: «{unknown}» is none of {string.Join(", ", VectorsScenario.Targets)}.");
                var (copy, runtime) = (HeadroomProgram.Own().CopyTo(repository.Artifacts), PrivateRuntime.Prepare(repository));
                var scenario = new VectorsScenario(repository, copy, runtime, given.GetValue(kind)!, given.GetValue(queries), given.GetValue(targets)!, Console.Out);
                return [await scenario.RunAsync([.. given.GetValue(cases)!.Select(CountUnderLimit)], cancellationToken)];
            },
            cancellationToken)));
        return verb;
    }

    private Command Uploads()
    {
        var uploads = new UploadVerb();
        var verb = new Command("uploads", "Encrypted uploads: a few, a thousand at once, to S3, ten thousand of mixed length, and beside a usual handler.");
        foreach (var option in (Option[])[.. uploads.Options, _options.Server, _options.ServerEnvironment])
            verb.Options.Add(option);
        verb.SetAction((given, cancellationToken) => CatchAsync(() => ReportAsync(
            given,
            repository => uploads.RunAsync(given, repository, (HeadroomTarget)Target("headroom", repository, given), cancellationToken),
            cancellationToken)));
        return verb;
    }

    private static Command WorkOnIndex()
    {
        var work = new Argument<string>("work");
        var folder = new Argument<string>("folder");
        var kind = new Argument<string>("vectors");
        var count = new Argument<int>("count");
        var verb = new Command(IndexWork.Verb, "What the bench starts for vectors.") { work, folder, kind, count };
        verb.Hidden = true;
        verb.SetAction(given => IndexWork.Run(given.GetValue(work)!, given.GetValue(folder)!, given.GetValue(kind)!, given.GetValue(count)));
        return verb;
    }

    /// <summary>A verb that the bench calls itself.</summary>
    private static Command Hidden(string name, string description, Func<CancellationToken, Task> run)
    {
        var verb = new Command(name, description) { Hidden = true };
        verb.SetAction((_, cancellationToken) => CatchAsync(() => run(cancellationToken)));
        return verb;
    }

    private Command Verb(string name, string description, SubjectOptions whom, Option[] options, params Func<ParseResult, Subject, CancellationToken, Task<Section>>[] scenarios)
    {
        var verb = new Command(name, description);
        foreach (var option in (Option[])[whom.Targets, whom.Limits, _options.Server, _options.ServerEnvironment, .. options])
            verb.Options.Add(option);
        verb.SetAction((given, cancellationToken) => CatchAsync(() => MeasureAsync(given, whom, scenarios, cancellationToken)));
        return verb;
    }

    /// <summary>Ends with a sentence instead of a stack trace when the failure is one that people can mend.</summary>
    private static async Task<int> CatchAsync(Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (BenchException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; everything was cleaned up.");
            return 130;
        }
    }

    private Task MeasureAsync(ParseResult given, SubjectOptions whom, Func<ParseResult, Subject, CancellationToken, Task<Section>>[] scenarios, CancellationToken cancellationToken) => ReportAsync(
        given,
        async repository =>
        {
            var subject = await SubjectAsync(given, whom, repository, cancellationToken);
            var sections = new List<Section>();
            foreach (var scenario in scenarios)
                sections.Add(await scenario(given, subject, cancellationToken));
            return sections;
        },
        cancellationToken);

    private static async Task ReportAsync(ParseResult given, Func<Repository, Task<List<Section>>> measure, CancellationToken cancellationToken)
    {
        MemoryCgroup.RequirePrivilege();
        var repository = Repository.Find();
        using var alone = repository.RunAlone();
        var machine = await MachineFacts.CollectAsync(repository, TimeProvider.System, [.. given.Tokens.Select(token => token.Value)], cancellationToken);
        var report = new Report(machine, await measure(repository));
        Console.WriteLine($"\n{report.Markdown()}");
        Console.WriteLine($"Written to {Path.GetRelativePath(repository.Root, await report.WriteAsync(repository.Results, cancellationToken))} and .json beside it.");
    }

    private Task<Section> Clock(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new ClockScenario(subject, [.. given.GetValue(_options.Clients)!.Select(Number)], given.GetValue(_options.Requests), given.GetValue(_options.Warmup), given.GetValue(_options.Body), given.GetValue(_options.Timeout))
            .RunAsync(cancellationToken);

    private Task<Section> Start(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new StartScenario(subject, given.GetValue(_options.Starts)).RunAsync(cancellationToken);

    private Task<Section> Idle(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new IdleScenario(subject, given.GetValue(_options.Wait), given.GetValue(_options.Body), given.GetValue(_options.Timeout)).RunAsync(cancellationToken);

    private async Task<Subject> SubjectAsync(ParseResult given, SubjectOptions whom, Repository repository, CancellationToken cancellationToken) =>
        new(
            repository,
            HeadroomProgram.Own(),
            await TestPhotos.PrepareAsync(repository, cancellationToken),
            [.. given.GetValue(whom.Targets)!.Select(name => Target(name, repository, given))],
            [.. given.GetValue(whom.Limits)!.Select(mebibytes => mebibytes * 1048576L)],
            Console.Out);

    private ITarget Target(string name, Repository repository, ParseResult given)
    {
        if (NodeTarget.Variants.Contains(name))
            return new NodeTarget(repository, name);
        if (name != "headroom")
            throw new BenchException($"--targets: «{name}» is none of headroom, {string.Join(", ", NodeTarget.Variants)}.");
        return Headroom(repository, given);
    }

    private HeadroomTarget Headroom(Repository repository, ParseResult given)
    {
        var environment = (given.GetValue(_options.ServerEnvironment) ?? []).Select(pair => pair.Split('=', 2)).ToList();
        if (environment.Find(pair => pair.Length < 2) is [var wrong])
            throw new BenchException($"--server-env: «{wrong}» is not NAME=VALUE.");
        return new HeadroomTarget(Program(given).CopyTo(repository.Artifacts), PrivateRuntime.Prepare(repository), environment.ToDictionary(pair => pair[0], pair => pair[1]));
    }

    private static HeadroomTarget OnlyHeadroom(Subject subject) =>
        subject.Targets is [HeadroomTarget target] ? target : throw new BenchException("--targets: this verb measures headroom only.");

    private HeadroomProgram Program(ParseResult given) =>
        given.GetValue(_options.Server) is { } other ? HeadroomProgram.At(other.FullName) : HeadroomProgram.Own();

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new BenchException($"--clients: «{text}» is not a whole number above zero.");

    private static (int Count, long Limit) CountUnderLimit(string text) =>
        text.Split(':') is [var count, var limit] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var vectors) && int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)
            ? (vectors, mebibytes * 1048576L)
            : throw new BenchException($"--cases: «{text}» is not COUNT:LIMIT, for example 250000:512.");
}
