using System.CommandLine;
using Headroom.Bench.Load;

namespace Headroom.Bench;

/// <summary>The options of the scenarios.</summary>
internal sealed class BenchOptions
{
    /// <summary>The servers side by side, at 512 MiB.</summary>
    public SubjectOptions Whom { get; } = new(["headroom", "usual", "tuned"], [512]);

    public Option<string[]> Clients { get; } = Separated("--clients", "How many clients at once, for each row.", ["1", "8", "64", "256", "1000"]);

    public Option<int> Requests { get; } = new("--requests") { Description = "At least this many requests a row, spread over its clients; each sends at least one.", DefaultValueFactory = _ => 64 };

    public Option<int> Warmup { get; } = new("--warmup") { Description = "Requests before the measured ones.", DefaultValueFactory = _ => 5 };

    public Option<BodyKind> Body { get; } = new("--body") { Description = "How a photo is sent.", DefaultValueFactory = _ => BodyKind.Multipart };

    public Option<int> Timeout { get; } = new("--timeout") { Description = "Seconds one request may take.", DefaultValueFactory = _ => 600 };

    public Option<int> Starts { get; } = new("--starts") { Description = "Cold starts of each server.", DefaultValueFactory = _ => 5 };

    public Option<int> Wait { get; } = new("--wait") { Description = "Seconds between the last clock-in and the idle figures.", DefaultValueFactory = _ => 45 };

    public Option<FileInfo?> Server { get; } = new("--server") { Description = "The headroom program to measure; by default the one that runs the bench." };

    public Option<string[]> ServerEnvironment { get; } = new("--server-env") { Description = "NAME=VALUE for the headroom server; may be repeated." };

    /// <summary>A time that has a default of its own in each scenario.</summary>
    public static Option<int> Seconds(string name, string description, int byDefault) => new(name) { Description = description, DefaultValueFactory = _ => byDefault };

    /// <summary>How many clients take turns.</summary>
    public static Option<int> Together(int byDefault) => new("--clients") { Description = "How many clients at once, each with one request at a time.", DefaultValueFactory = _ => byDefault };

    /// <summary>An option whose values may be separated by commas.</summary>
    public static Option<string[]> Separated(string name, string description, string[] byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = given => [.. given.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
    };
}
