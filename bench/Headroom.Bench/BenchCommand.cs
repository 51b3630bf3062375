using System.CommandLine;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Load;
using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Targets;

namespace Headroom.Bench;

/// <summary>The command line.</summary>
public sealed class BenchCommand
{
    private readonly Repository _repository = Repository.Find();

    private readonly Option<string[]> _targets = Separated("--targets", "What to measure: headroom, usual, tuned, gated.", ["headroom", "usual", "tuned"]);
    private readonly Option<int[]> _limits = new("--limit") { Description = "Memory limit in MiB; may be repeated.", DefaultValueFactory = _ => [512] };
    private readonly Option<string[]> _clients = Separated("--clients", "How many clients at once, for each row.", ["1", "8", "64", "256", "1000"]);
    private readonly Option<int> _requests = new("--requests") { Description = "At least this many requests a row, spread over its clients; each sends at least one.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _warmup = new("--warmup") { Description = "Requests before the measured ones.", DefaultValueFactory = _ => 5 };
    private readonly Option<BodyKind> _body = new("--body") { Description = "How a photo is sent.", DefaultValueFactory = _ => BodyKind.Multipart };
    private readonly Option<int> _timeout = new("--timeout") { Description = "Seconds one request may take.", DefaultValueFactory = _ => 600 };
    private readonly Option<int> _starts = new("--starts") { Description = "Cold starts of each server.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _wait = new("--wait") { Description = "Seconds between the last clock-in and the idle figures.", DefaultValueFactory = _ => 45 };
    private readonly Option<FileInfo?> _server = new("--server") { Description = "The headroom program; by default the newest release build." };
    private readonly Option<string[]> _serverEnvironment = new("--server-env") { Description = "NAME=VALUE for the headroom server; may be repeated." };

    private BenchCommand()
    {
    }

    public static RootCommand Create()
    {
        var bench = new BenchCommand();
        Option[] subject = [bench._targets, bench._limits, bench._server, bench._serverEnvironment];
        Option[] clock = [bench._clients, bench._requests, bench._warmup];
        Option[] requests = [bench._body, bench._timeout];
        return new RootCommand("Measures servers in a memory cgroup with a limit. Needs root.")
        {
            bench.Verb("clock", "Many clients clock in with a 12 MP photo at once.", [.. subject, .. clock, .. requests], bench.Clock),
            bench.Verb("start", "From process start to the first answer and to loaded models.", [.. subject, bench._starts], bench.Start),
            bench.Verb("idle", "Memory when nothing happens.", [.. subject, bench._wait, .. requests], bench.Idle),
            bench.Verb("all", "All of these, in one report.", [.. subject, .. clock, bench._starts, bench._wait, .. requests], bench.Clock, bench.Start, bench.Idle),
            LoadVerb(),
        };
    }

    private static Command LoadVerb()
    {
        var verb = new Command(LoadProcess.Verb, "The load client that the bench starts for itself.") { Hidden = true };
        verb.SetAction((_, cancellationToken) => LoadProcess.ServeAsync(cancellationToken));
        return verb;
    }

    /// <summary>An option whose values may be separated by commas.</summary>
    private static Option<string[]> Separated(string name, string description, string[] byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = given => [.. given.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
    };

    private Command Verb(string name, string description, Option[] options, params Func<ParseResult, Subject, CancellationToken, Task<Section>>[] scenarios)
    {
        var verb = new Command(name, description);
        foreach (var option in options)
            verb.Options.Add(option);
        verb.SetAction(async (given, cancellationToken) =>
        {
            MemoryCgroup.RequirePrivilege();
            using var alone = _repository.RunAlone();
            var machine = await MachineFacts.CollectAsync(_repository, TimeProvider.System, [.. given.Tokens.Select(token => token.Value)], cancellationToken);
            var subject = await SubjectAsync(given, cancellationToken);
            var sections = new List<Section>();
            foreach (var scenario in scenarios)
                sections.Add(await scenario(given, subject, cancellationToken));
            var report = new Report(machine, sections);
            Console.WriteLine($"\n{report.Markdown()}");
            Console.WriteLine($"Written to {Path.GetRelativePath(_repository.Root, await report.WriteAsync(_repository.Results, cancellationToken))} and .json beside it.");
        });
        return verb;
    }

    private Task<Section> Clock(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new ClockScenario(subject, [.. given.GetValue(_clients)!.Select(Number)], given.GetValue(_requests), given.GetValue(_warmup), given.GetValue(_body), given.GetValue(_timeout))
            .RunAsync(cancellationToken);

    private Task<Section> Start(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new StartScenario(subject, given.GetValue(_starts)).RunAsync(cancellationToken);

    private Task<Section> Idle(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new IdleScenario(subject, given.GetValue(_wait), given.GetValue(_body), given.GetValue(_timeout)).RunAsync(cancellationToken);

    private async Task<Subject> SubjectAsync(ParseResult given, CancellationToken cancellationToken) => new(
        _repository,
        await TestPhotos.PrepareAsync(_repository, cancellationToken),
        [.. given.GetValue(_targets)!.Select(name => Target(name, given))],
        [.. given.GetValue(_limits)!.Select(mebibytes => mebibytes * 1048576L)],
        Console.Out);

    private ITarget Target(string name, ParseResult given)
    {
        if (NodeTarget.Variants.Contains(name))
            return new NodeTarget(_repository, name);
        if (name != "headroom")
            throw new BenchException($"--targets: «{name}» is none of headroom, {string.Join(", ", NodeTarget.Variants)}.");
        var environment = (given.GetValue(_serverEnvironment) ?? []).Select(pair => pair.Split('=', 2)).ToList();
        if (environment.Find(pair => pair.Length < 2) is [var wrong])
            throw new BenchException($"--server-env: «{wrong}» is not NAME=VALUE.");
        return new HeadroomTarget(HeadroomTarget.FindProgram(_repository, given.GetValue(_server)), PrivateRuntime.Prepare(_repository), environment.ToDictionary(pair => pair[0], pair => pair[1]));
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new BenchException($"--clients: «{text}» is not a whole number above zero.");
}
