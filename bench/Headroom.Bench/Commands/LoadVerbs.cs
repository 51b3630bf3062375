using System.CommandLine;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Commands;

/// <summary>The scenarios that put a server under a load for some time.</summary>
internal static class LoadVerbs
{
    public static Command Overload()
    {
        var calm = Options.Number("--calm", "Seconds in which the sustainable rate is measured before.", 20);
        var duration = Options.Number("--duration", "Seconds of overload.", 300);
        var factor = Options.Fraction("--factor", "How many times the sustainable rate.", 4);
        return new SubjectOptions(["headroom"], 512, 384, 256).Verb(
            "overload", "Several times as many clock-ins as it can take, with slow, bad and leaving clients.", [calm, duration, factor],
            (given, subject, cancellationToken) =>
            {
                var options = new OverloadOptions(given.GetValue(calm), given.GetValue(duration), given.GetValue(factor));
                return new OverloadScenario(subject, options).RunAsync(cancellationToken);
            });
    }

    public static Command LowerLimit()
    {
        var phase = Options.Number("--phase", "Seconds under each limit.", 60);
        var clients = Options.Together(8);
        return new SubjectOptions(["headroom"], 512, 320, 256).Verb(
            "lower-limit", "The limit is lowered step by step under load, and raised again.", [phase, clients],
            (given, subject, cancellationToken) =>
                new LowerLimitScenario(subject, given.GetValue(clients), given.GetValue(phase)).RunAsync(cancellationToken));
    }

    public static Command Hostile()
    {
        var rounds = Options.Number("--rounds", "How often ten of each input are sent at once.", 5);
        return new SubjectOptions(["headroom"], 512, 256).Verb(
            "hostile", "Small inputs that cost much, ten at once, and an honest clock-in behind them.", [rounds],
            (given, subject, cancellationToken) =>
                new HostileScenario(subject, SubjectOptions.OnlyHeadroom(subject), given.GetValue(rounds)).RunAsync(cancellationToken));
    }

    public static Command Leak()
    {
        var duration = Options.Number("--duration", "Seconds in all; the leak takes the first 60 % of it.", 600);
        var clients = Options.Together(2);
        var share = Options.Fraction("--share", "What share of the limit leaks, 0 to 1.", 0.7);
        return new SubjectOptions(["headroom"], 512).Verb(
            "leak", "The server leaks native memory on purpose under load.", [duration, clients, share],
            (given, subject, cancellationToken) =>
            {
                var target = SubjectOptions.OnlyHeadroom(subject);
                return new LeakScenario(subject, target, given.GetValue(clients), given.GetValue(duration), given.GetValue(share)).RunAsync(cancellationToken);
            });
    }

    public static Command Soak()
    {
        var duration = Options.Number("--duration", "Seconds of load.", 600);
        var clients = Options.Together(2);
        return new SubjectOptions(["headroom"], 512).Verb(
            "soak", "A steady load of everything; memory must stay flat.", [duration, clients],
            (given, subject, cancellationToken) => new SoakScenario(subject, given.GetValue(clients), given.GetValue(duration)).RunAsync(cancellationToken));
    }

    public static Command Together()
    {
        var duration = Options.Number("--duration", "Seconds of load.", 300);
        return new SubjectOptions(["headroom"], 512).Verb(
            "together", "Clock-ins, uploads, submissions and searches at once.", [duration],
            (given, subject, cancellationToken) =>
                new TogetherScenario(subject, SubjectOptions.OnlyHeadroom(subject), given.GetValue(duration)).RunAsync(cancellationToken));
    }
}
