using System.CommandLine;

namespace Headroom.Bench.Commands;

/// <summary>Options that several verbs have, each with a default of its own.</summary>
internal static class Options
{
    public const long Mebibyte = 1048576;

    public static Option<int> Number(string name, string description, int byDefault) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault };

    public static Option<double> Fraction(string name, string description, double byDefault) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault };

    /// <summary>How many clients take turns.</summary>
    public static Option<int> Together(int byDefault) => Number("--clients", "How many clients at once, each with one request at a time.", byDefault);

    /// <summary>Memory limits in MiB.</summary>
    public static Option<int[]> Limits(params int[] byDefault) =>
        new("--limit") { Description = "Memory limit in MiB; may be repeated.", DefaultValueFactory = _ => byDefault };

    /// <summary>An option whose values may be separated by commas.</summary>
    public static Option<string[]> Separated(string name, string description, string[] byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = given => [.. given.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
    };

    /// <summary>The limits in bytes.</summary>
    public static IReadOnlyList<long> Bytes(ParseResult given, Option<int[]> limits) => [.. given.GetValue(limits)!.Select(mebibytes => mebibytes * Mebibyte)];

    /// <exception cref="BenchException">One of the names is none of those that are known.</exception>
    public static string[] Known(ParseResult given, Option<string[]> names, IEnumerable<string> known)
    {
        var all = given.GetValue(names)!;
        return Array.Find(all, name => !known.Contains(name)) is { } unknown
            ? throw new BenchException($"{names.Name}: «{unknown}» is none of {string.Join(", ", known)}.")
            : all;
    }
}
