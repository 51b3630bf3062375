using System.CommandLine;
using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Commands;

/// <summary>The scenarios that compare servers side by side: <c>clock</c>, <c>start</c>, <c>idle</c>, and <c>all</c> of them.</summary>
internal sealed class ClockInVerbs
{
    private readonly Option<string[]> _clients = Options.Separated("--clients", "How many clients at once, for each row.", ["1", "8", "64", "256", "1000"]);

    private readonly Option<int> _requests = Options.Number(
        "--requests", "At least this many requests a row, spread over its clients; each sends at least one.", 64);

    private readonly Option<int> _warmup = Options.Number("--warmup", "Requests before the measured ones.", 5);

    private readonly Option<BodyKind> _body = new("--body") { Description = "How a photo is sent.", DefaultValueFactory = _ => BodyKind.Multipart };

    private readonly Option<int> _timeout = Options.Number("--timeout", "Seconds one request may take.", 600);

    private readonly Option<int> _starts = Options.Number("--starts", "Cold starts of each server.", 5);

    private readonly Option<int> _wait = Options.Number("--wait", "Seconds between the last clock-in and the idle figures.", 45);

    private static SubjectOptions Whom => new(["headroom", "usual", "tuned"], 512);

    public Command Clock() => Whom.Verb(
        "clock", "Many clients clock in with a 12 MP photo at once.", [_clients, _requests, _warmup, _body, _timeout], ClockAsync);

    public Command Start() => Whom.Verb("start", "From process start to the first answer and to loaded models.", [_starts], StartAsync);

    public Command Idle() => Whom.Verb("idle", "Memory when nothing happens, with and without models.", [_wait, _body, _timeout], IdleAsync);

    public Command All() =>
        Whom.Verb(
            "all", "clock, start and idle in one report.", [_clients, _requests, _warmup, _starts, _wait, _body, _timeout], ClockAsync, StartAsync, IdleAsync);

    private Task<Section> ClockAsync(ParseResult given, Subject subject, CancellationToken cancellationToken)
    {
        var clients = given.GetValue(_clients)!.Select(Number).ToList();
        return new ClockScenario(
            subject, clients, given.GetValue(_requests), given.GetValue(_warmup), given.GetValue(_body), given.GetValue(_timeout)).RunAsync(cancellationToken);
    }

    private Task<Section> StartAsync(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new StartScenario(subject, given.GetValue(_starts)).RunAsync(cancellationToken);

    private Task<Section> IdleAsync(ParseResult given, Subject subject, CancellationToken cancellationToken) =>
        new IdleScenario(subject, given.GetValue(_wait), given.GetValue(_body), given.GetValue(_timeout)).RunAsync(cancellationToken);

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new BenchException($"--clients: «{text}» is not a whole number above zero.");
}
